"""Confined children of an analysis cell: each reads hostile input, says something on a pipe and ends.

A child is forked from the desk, gives up every right that it does not need and works under an id that nobody
else has. What it says is bounded, and so are its processor time, its memory and its patience. When it has
ended, every process of its id is killed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from sandbox.runner import confine

_WORDS_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one child may use.

    Attributes:
        cpu_s: Processor seconds of the whole child.
        silence_s: Wall seconds that it may say nothing.
        memory_bytes: Its address space.
        output_bytes: What it may say.
        processes: More than one lets it start programs.
        wordless: Whatever it says on stderr is a failure.
    """

    cpu_s: int
    silence_s: float = 60.0
    memory_bytes: int = 2 << 30
    output_bytes: int = 32 << 20
    processes: int = 1
    wordless: bool = False


@dataclass(slots=True)
class Ended:
    """How a child ended.

    Attributes:
        output: All that it said on its pipe.
        why: Empty if it ended with exit code 0, else what happened.
        cpu_s: Processor seconds that it used.
    """

    output: bytes
    why: str
    cpu_s: float


class Household:
    """Starts children of one confinement, and clears up after each."""

    def __init__(self, side: confine.Side, spare_uid: int | None) -> None:
        """Children get this confinement; from ``spare_uid`` their processes are killed."""
        self._side = side
        self._spare = spare_uid

    def run(self, work: Callable[[], None], bounds: Bounds, heard: Callable[[bytes], None] | None = None) -> Ended:
        """Run ``work`` in a child until it ends.

        Args:
            work: Writes to descriptor 1; runs confined.
            bounds: What the child may use.
            heard: Is given each piece of what the child says as well.
        """
        output_read, output_write = os.pipe()
        words_read, words_write = os.pipe()
        null = os.open(os.devnull, os.O_RDONLY)
        pid = os.fork()
        if pid == 0:
            self._work(work, bounds, (null, output_write, words_write))
        for descriptor in (null, output_write, words_write):
            os.close(descriptor)
        try:
            output, words, why = _listen(output_read, words_read, bounds, heard or (lambda part: None))
        finally:
            os.close(output_read)
            os.close(words_read)
        self._end(pid)  # with both pipes closed it is on its way out, and its exit status stands already
        _, status, usage = os.wait4(pid, 0)
        return Ended(output, why or _told(status, words, bounds), usage.ru_utime + usage.ru_stime)

    def _work(self, work: Callable[[], None], bounds: Bounds, descriptors: tuple[int, int, int]) -> NoReturn:
        code = 70
        try:
            rights = confine.Rights(float(bounds.cpu_s), bounds.memory_bytes, bounds.processes)
            confine.confine(self._side, rights, descriptors)
            work()
            code = 0
        except BaseException as error:
            with contextlib.suppress(BaseException):
                sys.stderr.write(f"{type(error).__name__}: {error}"[:_WORDS_BYTES])
                sys.stderr.flush()
        finally:
            os._exit(code)

    def _end(self, pid: int) -> None:
        """Kill every process of the children's id, and nobody else."""
        uid = self._side.uid
        if uid is None or self._spare is None:
            os.kill(pid, signal.SIGKILL)
            return
        os.setresuid(self._spare, uid, 0)
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.setresuid(0, 0, 0)


def _listen(output: int, words: int, bounds: Bounds, heard: Callable[[bytes], None]) -> tuple[bytes, bytes, str]:
    """What a child says until it closes both pipes, falls silent or says too much."""
    parts: list[bytes] = []
    said, size = b"", 0
    poll = select.poll()
    poll.register(output, select.POLLIN)
    poll.register(words, select.POLLIN)
    open_ends, deadline = {output, words}, time.monotonic() + bounds.silence_s
    while open_ends:
        left = deadline - time.monotonic()
        ready = poll.poll(max(0.0, left) * 1000 + 1)
        if not ready:
            return b"".join(parts), said, f"it said nothing for {bounds.silence_s:g} s"
        for descriptor, _ in ready:
            part = os.read(descriptor, 1 << 18)
            if not part:
                poll.unregister(descriptor)
                open_ends.discard(descriptor)
            elif descriptor == words:
                said = (said + part)[-_WORDS_BYTES:]
            else:
                deadline = time.monotonic() + bounds.silence_s
                size += len(part)
                if size > bounds.output_bytes:
                    return b"".join(parts), said, f"it said more than {bounds.output_bytes} bytes"
                parts.append(part)
                heard(part)
    return b"".join(parts), said, ""


def _told(status: int, words: bytes, bounds: Bounds) -> str:
    """What an exit status means; empty for success."""
    lines = words.decode("utf-8", "replace").strip().splitlines() or ["no word"]
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in signal.valid_signals() else str(number)
        return "it used up its processor time" if number == signal.SIGXCPU else f"it died of {name}"
    if status == 0 and not (bounds.wordless and words):
        return ""
    return f"it ended with {os.WEXITSTATUS(status)}: {lines[-1][:300]}"
