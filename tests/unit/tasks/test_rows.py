from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest

from tasks.errors import TaskFormatError
from tasks.rows import Row, read_rows

LINES = b'{"a": 1}\n\nnot json\n[1]\n{"a": "\xff"}\n{"a": 2}'


def found(data: bytes) -> list[tuple[int | None, object]]:
    rows = read_rows(io.BytesIO(data))
    return [(row.line, row.fields if isinstance(row, Row) else row.message) for row in rows]


def test_broken_lines_are_named_and_reading_goes_on() -> None:
    lines = found(LINES)
    assert [line for line, _ in lines] == [1, 3, 4, 5, 6]
    assert lines[0][1] == {"a": 1}
    assert lines[-1][1] == {"a": 2}
    assert all("line" in str(message) or "UTF-8" in str(message) for _, message in lines[1:4])


def test_gzip_is_told_by_its_content() -> None:
    assert found(gzip.compress(LINES)) == found(LINES)


def test_gzip_that_is_cut_off_is_an_error_after_what_could_be_read() -> None:
    data = gzip.compress(b"".join(b'{"a": "%d"}\n' % (number * 7919**3) for number in range(9000)))
    lines = found(data[: len(data) // 2])
    assert len(lines) > 1000
    assert "gzip" in str(lines[-1][1])


def test_a_byte_order_mark_and_crlf_do_no_harm() -> None:
    assert found(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}\r\n') == [(1, {"a": 1}), (3, {"a": 2})]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", gzip.compress(b""), b" "])
def test_empty_files_hold_no_rows(data: bytes) -> None:
    assert found(data) == []


def test_an_array_is_read_element_by_element() -> None:
    text = json.dumps([{"a": 1}, {"a": 2}], indent=2)
    assert found(text.encode()) == [(2, {"a": 1}), (5, {"a": 2})]
    assert found(b'[{"a": 1},{"a": 2}]') == [(1, {"a": 1}), (1, {"a": 2})]
    assert found(b"[]") == []


def test_a_broken_element_of_an_array_costs_only_itself() -> None:
    lines = found(b'[\n  {"a": 1},\n  {"a": oops,\n   "b": 2},\n  {"a": 3},\n  4\n]')
    assert [line for line, _ in lines] == [2, 3, 5, 6]
    assert lines[2][1] == {"a": 3}


def test_an_array_that_is_cut_off_is_an_error() -> None:
    assert "cut off" in str(found(b'[\n{"a": 1},\n')[-1][1])


def test_errors_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(b"oops\n")
    (error,) = read_rows(path)
    assert isinstance(error, TaskFormatError)
    assert str(error).startswith(f"{path}:1: ")


def test_nesting_beyond_reason_is_an_error() -> None:
    lines = found(b"[" * 100_000 + b"\n")
    assert len(lines) >= 1
    lines = found(b'{"a": ' + b"[" * 100_000 + b"\n" + b'{"a": 1}')
    assert lines[-1] == (2, {"a": 1})
