"""One exam while it runs, as the supervisor sees it: the record, the output, the clocks, and the end.

Theory of operation. A watch holds no test and no answer: it forwards what the examiner writes, counts what the
candidate prints, and asks the kernel for time. It is over when the candidate is dead, the examiner has spoken and
every stream has ended, or when the time for that has passed. Each wake costs more than what is then done, so nobody
is heard before there is need: not the zygote, which says at once that it forked, while the candidate is young; not
the output of a killed candidate while it dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import time
from typing import Any

from . import clocks, frames, zygotes
from .cleaning import Cleaner
from .connection import Connection

_KEPT_OUTPUT = 65536
_GRACE_S = 5.0
"""What an examiner may take once the candidate is dead, to say what it found."""
_LAST_GRACE_S = 1.0
"""The same where the supervisor itself saw the limit that the verdict will name."""
_DEATH_S = 8.0
"""What a killed candidate may take to be dead, on a machine that has little time for it."""
_POLL_S = 0.05
_YOUNG_S = 0.02
"""How long a candidate runs before anybody asks for its processor time; most are dead by then."""
_NATURAL_END_S = 0.1
_WALL = {"ending": "wall_time", "clock": "wall", "limit": "wall_s"}
_CPU = {"ending": "cpu_time", "clock": "cpu", "limit": "cpu_s"}
_OUTPUT = {"ending": "output", "limit": "output_bytes"}


class Watch:
    """Watches one exam.

    Attributes:
        final: The examiner's last word.
        override: What the supervisor itself saw, which outweighs it.
        killed: The candidate was killed by us.
        status: How the candidate's process ended, as ``wait`` tells.
        condemned: Why the cell cannot be used again; empty if it can.
    """

    def __init__(
        self,
        host: Connection,
        candidates: socket.socket,
        examiners: socket.socket,
        cleaner: Cleaner,
        limits: dict[str, Any],
        *,
        examiner_stays: bool,
    ) -> None:
        """Watch an exam that begins now.

        Args:
            host: Hears what was found as it is found.
            candidates: To the zygote that forks the candidate.
            examiners: To whoever judges.
            cleaner: Kills.
            limits: Of the job.
            examiner_stays: The judge is needed for the next exam, so that it cannot be killed.
        """
        self._host = host
        self._candidates = candidates
        self._examiners = examiners
        self._cleaner = cleaner
        self._limits = limits
        self._examiner_stays = examiner_stays
        self._began = time.monotonic()
        self._deadline = None if limits["wall_s"] is None else self._began + limits["wall_s"]
        self._poller = select.poll()
        self._record = -1
        self._written = bytearray()
        self._output: dict[int, bytearray] = {}
        self._open: set[int] = set()
        self._printed = 0
        self._pid = self._examiner_pid = 0
        self._examiner_done = False
        self._patient_until = self._granted_s = 0.0
        self._stop_at: float | None = None
        self._dying = True
        self._hears_candidates = self._hushed = False
        self.final: dict[str, Any] | None = None
        self.override: dict[str, Any] | None = None
        self.killed = False
        self.status: int | None = None
        self.cpu_s = 0.0
        self.peak_bytes = 0
        self.condemned = ""

    def run(self, record: int, stdout: int, stderr: int) -> tuple[bytes, bytes]:
        """Watch until the exam is over.

        Args:
            record: Where the examiner writes; closed at the end, as the others.
            stdout: What the candidate prints past ``sys.stdout``.
            stderr: The same of standard error.

        Returns:
            What was printed, bounded.

        Raises:
            ZygoteLost: A zygote is gone, or a candidate cannot be killed.
            StreamClosed: The host has hung up.
        """
        self._record = record
        self._output = {stdout: bytearray(), stderr: bytearray()}
        self._open = {record, stdout, stderr}
        try:
            for descriptor in self._open:
                os.set_blocking(descriptor, False)
                self._poller.register(descriptor, select.POLLIN)
            self._poller.register(self._examiners.fileno(), select.POLLIN)
            self._poller.register(self._host.read_descriptor, 0)
            while not self._is_over():
                self._look(time.monotonic())
        finally:
            for descriptor in (record, stdout, stderr):
                os.close(descriptor)
        return bytes(self._output[stdout]), bytes(self._output[stderr])

    @property
    def wall_s(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    # -- the loop -----------------------------------------------------------------------------

    def _is_over(self) -> bool:
        return bool(self.condemned) or (self.status is not None and self._examiner_done and not self._open)

    def _look(self, now: float) -> None:
        """Do what is due, then wait for the next thing to happen."""
        if self.final is not None and not self.killed and now >= self._patient_until:
            self._kill()
        self._choose_whom_to_hear(now)
        if self.killed or self.status is not None:
            if self._stop_at is None or (self._dying and self.status is not None):
                self._stop_at, self._dying = self._last_moment(now), self.status is None
            if now > self._stop_at:
                self._give_up(now)
                return
        else:
            self._put_off(now)
            self._check_clocks(now)
        for descriptor, _event in self._poller.poll(self._patience(now) * 1000):
            self._hear(descriptor)

    def _choose_whom_to_hear(self, now: float) -> None:
        needed = self.killed or self.final is not None or now >= self._began + _YOUNG_S
        if needed and not self._hears_candidates:
            self._poller.register(self._candidates.fileno(), select.POLLIN)
            self._hears_candidates = True
        hushed = self.killed and self.status is None
        if hushed == self._hushed:
            return
        self._hushed = hushed
        for descriptor in self._open & self._output.keys():
            if hushed:
                self._poller.unregister(descriptor)  # without events it would still be told of its end
            else:
                self._poller.register(descriptor, select.POLLIN)

    def _patience(self, now: float) -> float:
        if self.killed or self.status is not None or self.final is not None:
            return _POLL_S
        patience = 1.0 if self._deadline is None else max(self._deadline - now, 0.0)
        if self._limits["cpu_s"] is not None:
            patience = min(patience, max(self._limits["cpu_s"] - self.cpu_s, _POLL_S))
        return min(patience + 0.001, 1.0 if self._hears_candidates else _YOUNG_S)

    def _hear(self, descriptor: int) -> None:
        if descriptor == self._host.read_descriptor:
            raise frames.StreamClosed
        if descriptor == self._candidates.fileno():
            self._hear_candidates()
        elif descriptor == self._examiners.fileno():
            self._hear_examiners()
        elif self._drain(descriptor):
            self._poller.unregister(descriptor)
            self._open.discard(descriptor)

    # -- clocks -------------------------------------------------------------------------------

    def _put_off(self, now: float) -> None:
        """Move the deadline by the time that the candidate waited for a processor."""
        if self._deadline is None or now < self._deadline or not self._pid:
            return
        wall: float = self._limits["wall_s"]
        later = self._began + wall + min(clocks.waited_s(self._pid), clocks.MOST_PATIENCE * wall)
        if later > now:
            self._host.send(frames.ALIVE, b"")
            self._deadline = later

    def _grant(self) -> None:
        """Tell the examiner how long the candidate waited for a processor since it was asked last."""
        waited = clocks.waited_s(self._pid) if self._pid and not self.killed else 0.0
        more, self._granted_s = max(waited - self._granted_s, 0.0), max(waited, self._granted_s)
        with contextlib.suppress(OSError):  # the examiner has gone meanwhile, or asks without listening
            os.write(self._record, frames.SECONDS.pack(more))

    def _check_clocks(self, now: float) -> None:
        if self._deadline is not None and now >= self._deadline:
            self.override = _WALL
            self._kill()
            return
        limit = self._limits["cpu_s"]
        if not self._pid or limit is None:
            return
        try:
            self.cpu_s = time.clock_gettime(~self._pid << 3 | 2)
        except OSError:
            return
        if self.cpu_s >= limit:
            self.override = _CPU
            self._kill()

    # -- the end ------------------------------------------------------------------------------

    def _kill(self) -> None:
        self.killed = True
        self._cleaner.kill("candidate", self._pid)

    def _last_moment(self, now: float) -> float:
        """Until when a candidate may be dying, and its examiner speaking once it is dead."""
        if self.status is None:
            return now + _DEATH_S
        if self.override is not None:
            return now + _LAST_GRACE_S
        return max(now + _GRACE_S, self._deadline or 0.0)

    def _give_up(self, now: float) -> None:
        """End an exam whose candidate is dead and whose examiner still works on what it sent."""
        if self.status is None:
            raise zygotes.ZygoteLost("a candidate could not be killed")
        if self.override is None and self.final is None and self._deadline is not None and now >= self._deadline:
            self.override = _WALL
        if self._examiner_stays:  # in the middle of a value, perhaps for hours: the cell ends with it
            self.condemned = "the judge did not come back"
            return
        self._cleaner.kill("examiner", self._examiner_pid)
        while not self._examiner_done:
            self._hear_examiners()
        self._open.clear()

    # -- those who are heard ------------------------------------------------------------------

    def _hear_candidates(self) -> None:
        data = self._candidates.recv(256)
        if len(data) == zygotes.STARTED.size:
            self._pid = zygotes.STARTED.unpack(data)[1]
            if self.killed:
                self._cleaner.kill("candidate", self._pid)
        elif len(data) == zygotes.ENDED.size:
            _, self.status, user, system, self.peak_bytes = zygotes.ENDED.unpack(data)
            self.cpu_s = user + system
        else:
            raise zygotes.ZygoteLost("the candidates' zygote has ended")

    def _hear_examiners(self) -> None:
        data = self._examiners.recv(256)
        if len(data) != zygotes.STARTED.size:
            raise zygotes.ZygoteLost("the examiners' zygote has ended")
        what, pid = zygotes.STARTED.unpack(data)
        if what == b"S":
            self._examiner_pid = pid
            return
        self._examiner_done = True
        if self.final is None and not self.killed and not self._written:
            self._kill()

    def _drain(self, descriptor: int) -> bool:
        """Take what is there; True when the stream has ended."""
        try:
            part = os.read(descriptor, 1 << 18)
        except BlockingIOError:
            return False
        if not part:
            return True
        if descriptor == self._record:
            self._written += part
            self._forward()
            return False
        kept = self._output[descriptor]
        kept += part[: _KEPT_OUTPUT - len(kept)]
        self._printed += len(part)
        limit = self._limits["output_bytes"]
        if limit is not None and self._printed > limit and self.override is None:
            self.override = _OUTPUT
            self._kill()
        return False

    def _forward(self) -> None:
        """Cut the record into frames: evidence goes to the host, the last word stays."""
        while len(self._written) >= frames.HEAD.size:
            size, kind = frames.HEAD.unpack_from(self._written)
            end = frames.HEAD.size + size
            if len(self._written) < end:
                return
            payload = bytes(self._written[frames.HEAD.size : end])
            del self._written[:end]
            if kind == frames.EXAM:
                self.final = json.loads(payload)
                if self.final["ending"] == "exited":  # its own end says more than our kill
                    self._patient_until = time.monotonic() + _NATURAL_END_S
            elif kind == frames.LATE:
                self._grant()
            elif kind in (frames.REPORT, frames.VALUE):
                self._host.send(kind, payload)
