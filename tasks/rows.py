"""Files of JSON objects, read one at a time: JSON lines (plain or gzip) and one JSON array."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tasks.errors import TaskFormatError

Source = Path | BinaryIO
"""A file by its path, or an open binary stream."""

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file.

    Attributes:
        line: Where it begins, 1-based.
        fields: The object.
    """

    line: int
    fields: dict[str, Any]


def read_rows(source: Source) -> Iterator[Row | TaskFormatError]:
    """The objects of a file in order; what cannot be read is yielded as an error and reading goes on.

    Compression and form are told by content, not by name. Blank lines are skipped.

    Args:
        source: A path, or a binary stream at its beginning (it is not closed).

    Yields:
        A row, or an error that names file, line and cure.

    Raises:
        OSError: If the path cannot be opened or read.
    """
    name = str(source) if isinstance(source, Path) else str(getattr(source, "name", "") or "")
    with _opened(source) as stream:
        try:
            yield from _rows(stream, name)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield TaskFormatError(f"the gzip file is damaged or cut off ({error}); fetch it again", file=name)


def _rows(stream: BinaryIO, name: str) -> Iterator[Row | TaskFormatError]:
    head = b""
    number = 0
    while not head.strip(b"\xef\xbb\xbf \t\r\n"):
        number, head = number + 1, stream.readline()
        if not head:
            return
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        yield from _array_rows(head + stream.read(), number, name)
        return
    line: bytes = head.removeprefix(b"\xef\xbb\xbf")
    while line:
        if line.strip():
            yield _row(line, number, name)
        number, line = number + 1, stream.readline()


def _row(line: bytes, number: int, name: str) -> Row | TaskFormatError:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return TaskFormatError(
            f"this is not UTF-8 (byte {error.start}); save the file as UTF-8", line=number, file=name
        )
    except (ValueError, RecursionError) as error:
        return TaskFormatError(
            f"this is not a JSON object on one line ({error}); repair or remove the line", line=number, file=name
        )
    return _checked(fields, number, name)


def _checked(fields: object, number: int, name: str) -> Row | TaskFormatError:
    if isinstance(fields, dict):
        return Row(number, fields)
    return TaskFormatError(
        f"expected a JSON object, found {type(fields).__name__}; put one object on each line", line=number, file=name
    )


def _array_rows(data: bytes, first_line: int, name: str) -> Iterator[Row | TaskFormatError]:
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = first_line + data[: error.start].count(b"\n")
        yield TaskFormatError("this is not UTF-8; save the file as UTF-8", line=line, file=name)
        return
    decoder = json.JSONDecoder()
    at = text.index("[") + 1
    line, counted = first_line, 0
    separators = re.compile(r"[\s,]*")
    while True:
        found = separators.match(text, at)
        at = found.end() if found else at
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text):
            yield TaskFormatError("the JSON array is cut off; fetch the file again", line=line, file=name)
            return
        if text[at] == "]":
            return
        try:
            fields, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield TaskFormatError(f"this element is not JSON ({error}); repair or remove it", line=line, file=name)
            at = _next_element(text, at)
        else:
            yield _checked(fields, line, name)


def _next_element(text: str, at: int) -> int:
    """Where reading can go on behind a broken element: the next line that opens an object with the same indentation."""
    indentation = text[text.rfind("\n", 0, at) + 1 : at]
    if indentation.strip():
        indentation = ""
    found = re.compile(rf"\n{indentation}\{{").search(text, at)
    return found.end() - 1 if found else len(text)


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file, _decompressed(file) as stream:
            yield stream
    else:
        with _decompressed(source) as stream:
            yield stream


@contextmanager
def _decompressed(raw: BinaryIO) -> Iterator[BinaryIO]:
    head = raw.read(2)
    whole = io.BufferedReader(_Rejoined(head, raw))
    if head == _GZIP_MAGIC:
        with gzip.GzipFile(fileobj=whole) as stream:
            yield io.BufferedReader(stream)
    else:
        yield whole


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were taken to look at them."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(data) :] if self._head else b""
        buffer[: len(data)] = data
        return len(data)
