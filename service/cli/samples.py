"""Files of samples, read line by line and sent as they are."""

from __future__ import annotations

import asyncio
import gzip
import io
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from service.cli.source import STDIN
from service.errors import InvalidInput

_GZIP_MAGIC = b"\x1f\x8b"
_BATCH = 200


@contextmanager
def open_samples(path: str) -> Iterator[BinaryIO]:
    """A samples file, decompressed where it is gzip.

    Args:
        path: A file, or ``-`` for standard input.

    Raises:
        InvalidInput: If there is not one sample in it.
        OSError: If it cannot be read.
    """
    with _opened(path) as raw:
        packed = raw.peek(2).startswith(_GZIP_MAGIC)
        stream = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            empty = not stream.peek(1)
        except (EOFError, gzip.BadGzipFile) as error:
            raise InvalidInput(f"{path} is broken: {error}") from error
        if empty:
            raise InvalidInput(f"{path} is empty: it holds no samples")
        yield stream


@contextmanager
def _opened(path: str) -> Iterator[io.BufferedReader]:
    if path == STDIN:
        yield cast(io.BufferedReader, sys.stdin.buffer)
    else:
        with Path(path).open("rb") as file:
            yield file


async def lines_of(stream: BinaryIO, limit: int | None) -> AsyncIterator[bytes]:
    """Lines of a file, a batch at a time; at most ``limit`` that are not blank.

    Raises:
        InvalidInput: If compressed data is broken.
    """
    taken = 0
    while lines := await asyncio.to_thread(_read, stream):
        batch = bytearray()
        for line in lines:
            if limit is not None and taken >= limit:
                break
            taken += bool(line.strip())
            batch += line if line.endswith(b"\n") else line + b"\n"
        if batch:
            yield bytes(batch)
        if limit is not None and taken >= limit:
            return


def _read(stream: BinaryIO) -> list[bytes]:
    lines = []
    try:
        for line in stream:
            lines.append(line)
            if len(lines) >= _BATCH:
                break
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        # What was read before the break is sent; the next read meets it again.
        if not lines:
            raise InvalidInput(f"the samples file breaks off: {error}") from error
    return lines
