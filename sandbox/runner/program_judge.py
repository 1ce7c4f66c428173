"""Judges a whole program by what it printed, in the examiner, which alone reads the program's standard output."""

from __future__ import annotations

import os
import select
import time
from typing import Any

from . import codec, compare, frames
from .record import Record
from .remote import Abort, Answer, Remote

_SHOWN_BYTES = 4096


class OutputFull(Exception):
    """The program printed more than it may."""


class Printed:
    """What a program prints, read while it runs."""

    def __init__(self, channel: frames.TimedChannel, descriptor: int, limit: int | None) -> None:
        """Read ``descriptor`` while ``channel`` waits; more than ``limit`` bytes are refused."""
        os.set_blocking(descriptor, False)
        self._channel = channel
        self._descriptor = descriptor
        self._limit = frames.MAX_HOST_FRAME if limit is None else limit
        self._ended = False
        self.content = bytearray()
        channel.also_read(descriptor, self.take)

    def take(self) -> bool:
        """Take what is there; True when the stream has ended.

        Raises:
            OutputFull: It is too much.
        """
        while not self._ended:
            try:
                part = os.read(self._descriptor, 1 << 18)
            except BlockingIOError:
                return False
            self._ended = not part
            self.content += part
            if len(self.content) > self._limit:
                raise OutputFull
        return True

    def finish(self) -> bool:
        """Wait for the end of the stream, until the channel's deadline; whether it came."""
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        while not self.take():
            deadline = self._channel.deadline
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            poller.poll(None if left is None else left * 1000 + 1)
        return True


class ProgramJudge:
    """One case of whole programs: what it reads, and what it must print."""

    def __init__(self, parts: tuple[Any, ...]) -> None:
        """Take the exam apart: ``("program", stdin, stdout)``."""
        _, self._given, self._expected = parts

    def sit(self, remote: Remote, record: Record, limits: dict[str, Any], printed: Printed) -> None:
        """Have one candidate sit the exam and write its outcome.

        Raises:
            Abort: The program did not end by itself in the way of programs; where it had printed what was
                expected and ended without a word, ``answered`` stands in the facts.
        """
        remote.start_clock()
        try:
            remote.load("program", "", (), limits)
            remote.start_clock()
            remote.send(frames.OPERATE, codec.encode(self._given))
            kind, payload = remote.receive()
            if kind != frames.RESULT or len(payload) < 5:
                raise remote.violation()
            printed.take()
            self._judge(remote, record, Answer(payload), printed)
        except OutputFull:
            raise remote.abort("output", limit="output_bytes") from None
        except Abort as abort:
            self._hear_out(abort, printed, loaded=remote.loaded)
            raise

    def _hear_out(self, abort: Abort, printed: Printed, *, loaded: bool) -> None:
        """A program may leave without a word, by ``os._exit``: what it printed counts if it then ended well."""
        if abort.ending == "exited" and "reason" not in abort.facts and loaded:
            try:
                abort.facts["answered"] = printed.finish() and self._is_right(printed)
            except OutputFull:
                return

    def _is_right(self, printed: Printed) -> bool:
        return _lines(printed.content.decode("utf-8", "replace")) == _lines(self._expected)

    def _judge(self, remote: Remote, record: Record, answer: Answer, printed: Printed) -> None:
        if answer.kind == b"R":
            raised = remote.raised(answer)
            if raised.ending is not None and raised.base != "SystemExit":
                raise remote.ended_by(raised)
            shown = bytes(printed.content[:_SHOWN_BYTES])
            record.outcome(0, "r")
            record.report(0, "r", reason=raised.name, message=raised.message, trace=raised.trace, stdout=shown)
            return
        if answer.kind != b"V" or answer.data:
            raise remote.limit(answer)
        if self._is_right(printed):
            record.outcome(0, "p")
            return
        record.outcome(0, "w")
        text = printed.content.decode("utf-8", "replace")
        record.report(0, "w", expected=compare.show(self._expected), actual=compare.show(text))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]
