"""One warm cell and its connection.

Theory of operation. A cell is a process tree behind a byte stream. ``CellStream`` is the asyncio
protocol on that stream: it cuts bytes into frames and hands each to whoever listens. Nobody is woken
before an answer is complete: for one job the event loop sees one write, a few reads and one future.
``Cell`` sends a job, collects its ``Answer`` and decides whether the cell may be used again: only a
cell that finished a job cleanly may. Whatever else happens (a broken protocol, silence, end of file,
cancellation) leaves a cell that is fit for nothing but ``kill``.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Protocol, cast

from sandbox import wire
from sandbox.port import CellLost
from sandbox.runner import frames
from sandbox.spec import Job, JobResult

SILENCE_S = 10.0
"""How long a cell may say nothing beyond what the job's own limits allow."""
_FAREWELL_S = 1.0
_UPLOAD_BYTES_PER_S = 5_000_000

Listener = Callable[[int, bytes], bool]
"""Takes one frame; True when it needs no more."""


class Jail(Protocol):
    """What holds a cell's processes."""

    async def kill(self) -> None:
        """End every process and remove what the cell left on this machine; idempotent, never raises."""

    async def diagnosis(self) -> str:
        """What the cell wrote to its stderr, shortened; empty if nothing."""


class CellStream(asyncio.Protocol):
    """Frames from a byte stream, given to one listener at a time.

    Attributes:
        heard: Loop time of the last byte.
    """

    def __init__(self) -> None:
        self.heard = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._frames: list[tuple[int, bytes]] = []
        self._listener: Listener | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._lost: CellLost | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the listener that nothing more will come."""
        self._fail(CellLost(f"the connection to the cell ended{f': {exc}' if exc else ''}"))

    def data_received(self, data: bytes) -> None:
        """Cut frames and hand them on."""
        self.heard = self._loop.time()
        self._buffer += data
        try:
            self._cut()
        except CellLost as error:
            self._fail(error)

    def _cut(self) -> None:
        buffer, position, head = self._buffer, 0, frames.HEAD.size
        while len(buffer) - position >= head:
            size, kind = frames.HEAD.unpack_from(buffer, position)
            if size > frames.MAX_HOST_FRAME:
                raise wire.ProtocolError(f"the cell announced a frame of {size} bytes")
            end = position + head + size
            if len(buffer) < end:
                break
            self._hand_on(kind, bytes(memoryview(buffer)[position + head : end]))
            position = end
        if position:
            del buffer[:position]

    def _hand_on(self, kind: int, payload: bytes) -> None:
        if self._listener is None:
            if self._frames or self._lost:
                raise wire.ProtocolError("the cell speaks without being asked")
            self._frames.append((kind, payload))
        elif self._listener(kind, payload):
            self._listener = None
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)

    def _fail(self, error: CellLost) -> None:
        self._lost = self._lost or error
        self.abort()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(self._lost)

    def send(self, parts: list[bytes]) -> None:
        """Write; what the cell does not read at once is kept."""
        if self._transport is None or self._lost is not None:
            raise self._lost or CellLost("the cell is not connected")
        if len(parts) == 1:
            self._transport.write(parts[0])
        else:
            self._transport.writelines(parts)

    async def listen(self, listener: Listener, silence_s: float | None) -> None:
        """Hand frames to ``listener`` until it has enough.

        Args:
            listener: Takes the frames, the one that may have come before included.
            silence_s: Seconds without a byte after which the cell counts as lost; None waits for ever.

        Raises:
            CellLost: End of file, silence, or the listener's own refusal.
        """
        if self._lost is not None:
            raise self._lost
        self._listener, self._waiter = listener, self._loop.create_future()
        self.heard = self._loop.time()
        early, self._frames = self._frames, []
        timer: asyncio.TimerHandle | None = None

        def watch() -> None:
            nonlocal timer
            assert silence_s is not None
            due = self.heard + silence_s
            if self._loop.time() >= due:
                self._fail(CellLost(f"the cell said nothing for {silence_s:g} s"))
            else:
                timer = self._loop.call_at(due, watch)

        if silence_s is not None:
            timer = self._loop.call_later(silence_s, watch)
        try:
            for kind, payload in early:
                self._hand_on(kind, payload)
            await self._waiter
        except CellLost as error:
            self._fail(error)
            raise
        finally:
            self._listener = None
            if timer is not None:
                timer.cancel()

    def quiet(self) -> bool:
        """Whether the connection stands and nothing unasked has been said."""
        return self._lost is None and not self._frames and not self._buffer

    def abort(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()


class Cell:
    """A started cell.

    Attributes:
        cell_id: Names it in logs and results.
        hello: What it said of itself.
        jobs: Jobs that it was given.
        usable: It may be given a job.
        why: Why the cell itself asked to be replaced; empty if it did not.
    """

    def __init__(self, cell_id: str, stream: CellStream, jail: Jail, hello: wire.Hello) -> None:
        """Use ``greet`` instead: a cell exists once it has said hello."""
        self.cell_id = cell_id
        self.hello = hello
        self.jobs = 0
        self.usable = True
        self.why = ""
        self._stream = stream
        self._jail = jail

    @classmethod
    async def greet(cls, cell_id: str, stream: CellStream, jail: Jail, timeout_s: float) -> Cell:
        """Wait for a cell's hello.

        Raises:
            CellLost: It did not come in time, or the cell found fault with its own confinement. The
                cell has been killed.
        """
        said: list[wire.Hello] = []

        def take(kind: int, payload: bytes) -> bool:
            if kind == frames.FATAL:
                raise CellLost(f"the cell refused to start: {payload[:1000].decode(errors='replace')}")
            if kind != frames.HELLO:
                raise wire.ProtocolError(f"the cell began with a frame of kind {kind}")
            said.append(wire.read_hello(payload))
            return True

        try:
            await stream.listen(take, timeout_s)
            hello = said[0]
            if hello.problems:
                raise CellLost(f"the cell is not confined: {'; '.join(hello.problems)}")
        except CellLost as error:
            stream.abort()
            words = await jail.diagnosis()
            await jail.kill()
            raise CellLost(f"{error}{f' (stderr: {words})' if words else ''}") from error
        except BaseException:
            stream.abort()
            await jail.kill()
            raise
        return cls(cell_id, stream, jail, hello)

    @property
    def fit(self) -> bool:
        """Usable, connected and silent."""
        return self.usable and self._stream.quiet()

    async def run(self, job: Job) -> JobResult:
        """Run one job. Afterwards the cell is ``usable`` only if it has proven itself clean.

        Raises:
            CellLost: The cell died, fell silent or broke the protocol.
            SandboxError: The job is too large to be sent; the cell is as it was.
        """
        if not self.usable:
            raise CellLost("the cell is not to be used again")
        nonce = secrets.token_hex(16)
        parts = wire.job_frame(job, nonce)
        answer = wire.Answer(job, nonce, self.cell_id)
        await self.exchange(parts, answer.feed, _patience_s(job))
        result = answer.result()
        self.usable, self.why = result.cell_clean, answer.why
        return result

    async def exchange(self, parts: list[bytes], listener: Listener, silence_s: float | None) -> None:
        """Say something and listen to the answer. The cell is not ``usable`` until the caller says so again.

        Raises:
            CellLost: The cell died, fell silent or broke the protocol.
        """
        self.usable = False
        self.jobs += 1
        self._stream.send(parts)
        await self._stream.listen(listener, silence_s)

    async def close(self) -> None:
        """Ask an idle cell to leave, then make sure."""
        self.usable = False
        try:
            self._stream.send([frames.pack(frames.CLOSE, b"")])
            await self._stream.listen(lambda kind, payload: False, _FAREWELL_S)
        except CellLost:
            pass
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End the cell at once; idempotent."""
        self.usable = False
        self._stream.abort()
        await self._jail.kill()


def _patience_s(job: Job) -> float | None:
    limits = job.limits
    if limits.wall_s is None:
        return None
    upload = (len(job.source) + sum(len(exam.payload) for exam in job.exams)) / _UPLOAD_BYTES_PER_S
    return limits.wall_s * (1 if job.shares_limits else len(job.exams)) + SILENCE_S + upload
