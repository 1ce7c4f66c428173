"""Frames on a byte stream: a length, a kind, a payload. Used to the host and between the two sides of a cell."""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Callable

HEAD = struct.Struct("!IB")
"""Payload length in bytes, kind."""

JOB = 1
CLOSE = 2
HELLO = 10
EXAM = 11
VALUE = 12
REPORT = 13
DONE = 14
FATAL = 15
LATE = 16
"""From the examiner: a case is over its wall limit. The answer is eight bytes, seconds that it gets more."""
ALIVE = 17
"""To the host: an exam takes longer because others keep the processor."""

LOAD = 20
CALLS = 21
OPERATE = 22
CALLBACK_RETURN = 23
LOADED = 30
REFUSED = 31
RESULT = 32
CALLBACK = 33

SECONDS = struct.Struct("<d")

MAX_HOST_FRAME = 80 * 1024 * 1024
"""Largest payload that either end of the host connection accepts."""

VALUE_HEAD = struct.Struct("!IIdB")
"""Exam index, case index, wall seconds, 1 if a value follows and 0 if an error's name does."""


class StreamClosed(Exception):
    """The other end is gone."""


_LEAST_MORE_S = 0.005


class DeadlinePassed(Exception):
    """The other end did not answer in time."""


class FrameTooLarge(Exception):
    """A frame announces more bytes than its reader allows."""


def pack(kind: int, payload: bytes) -> bytes:
    """One frame as bytes."""
    return HEAD.pack(len(payload), kind) + payload


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_exact(descriptor: int, size: int) -> bytes:
    """Read exactly ``size`` bytes from a blocking descriptor.

    Raises:
        StreamClosed: If the stream ends first.
    """
    first = os.read(descriptor, size) if size else b""
    if len(first) == size:
        return first
    if not first:
        raise StreamClosed
    parts, missing = [first], size - len(first)
    while missing:
        part = os.read(descriptor, min(missing, 1 << 20))
        if not part:
            raise StreamClosed
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def read_frame(descriptor: int, limit: int) -> tuple[int, bytes]:
    """Read one frame from a blocking descriptor.

    Returns:
        Kind and payload.

    Raises:
        StreamClosed: If the stream ends.
        FrameTooLarge: If the payload is larger than ``limit`` bytes; the stream is then useless.
    """
    size, kind = HEAD.unpack(read_exact(descriptor, HEAD.size))
    if size > limit:
        raise FrameTooLarge(size)
    return kind, read_exact(descriptor, size)


class TimedChannel:
    """The trusted end of a pipe pair whose other end may be hostile: every wait has a deadline.

    Attributes:
        deadline: ``time.monotonic()`` value after which waiting raises ``DeadlinePassed``; None waits for ever.
    """

    def __init__(
        self, read_descriptor: int, write_descriptor: int, limit: int, more_s: Callable[[], float] = lambda: 0.0
    ) -> None:
        """Take both descriptors over; frames above ``limit`` bytes are refused.

        ``more_s`` is asked when the deadline has passed, and says how many seconds the other end gets more.
        """
        os.set_blocking(read_descriptor, False)
        os.set_blocking(write_descriptor, False)
        self._read = read_descriptor
        self._write = write_descriptor
        self._limit = limit
        self._more_s = more_s
        self._buffer = bytearray()
        self._readable = select.poll()
        self._readable.register(read_descriptor, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(write_descriptor, select.POLLOUT)
        self._others: dict[int, Callable[[], bool]] = {}
        self.deadline: float | None = None

    def also_read(self, descriptor: int, take: Callable[[], bool]) -> None:
        """While an answer is waited for, let ``take`` read another descriptor; it is True when that one has ended."""
        self._others[descriptor] = take
        self._readable.register(descriptor, select.POLLIN)

    def _hear_others(self, ready: list[tuple[int, int]]) -> bool:
        """Serve the other descriptors; whether the channel's own is ready too."""
        own = False
        for descriptor, _event in ready:
            take = self._others.get(descriptor)
            own = own or take is None
            if take is not None and take():
                del self._others[descriptor]
                self._readable.unregister(descriptor)
        return own

    def _wait(self, poller: select.poll) -> None:
        while True:
            left = None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0) * 1000 + 1
            if self._hear_others(poller.poll(left)):
                return
            if self.deadline is None or time.monotonic() < self.deadline:
                continue
            more = self._more_s()
            if more < _LEAST_MORE_S:
                raise DeadlinePassed
            self.deadline += more

    def send(self, kind: int, payload: bytes) -> None:
        """Send one frame.

        Raises:
            StreamClosed: The other end is gone.
            DeadlinePassed: The other end does not read.
        """
        view = memoryview(pack(kind, payload))
        while view:
            try:
                view = view[os.write(self._write, view) :]
            except BlockingIOError:
                self._wait(self._writable)
            except OSError as error:
                raise StreamClosed from error

    def _fill(self, size: int) -> None:
        buffer = self._buffer
        while len(buffer) < size:
            try:
                part = os.read(self._read, 1 << 18)
            except BlockingIOError:
                self._wait(self._readable)
                continue
            if not part:
                raise StreamClosed
            buffer += part

    def receive(self) -> tuple[int, bytes]:
        """Receive one frame.

        Raises:
            StreamClosed: The other end is gone.
            DeadlinePassed: It did not answer in time.
            FrameTooLarge: It announced more than the limit.
        """
        self._fill(HEAD.size)
        size, kind = HEAD.unpack_from(self._buffer)
        if size > self._limit:
            raise FrameTooLarge(size)
        self._fill(HEAD.size + size)
        payload = bytes(self._buffer[HEAD.size : HEAD.size + size])
        del self._buffer[: HEAD.size + size]
        return kind, payload

    def close(self) -> None:
        """Close both descriptors."""
        for descriptor in (self._read, self._write):
            os.close(descriptor)
