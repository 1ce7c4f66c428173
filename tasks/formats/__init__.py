"""File formats of task sets: one module each, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tasks.errors import TaskFormatError
from tasks.formats import evalplus, humaneval, mbpp, native
from tasks.rows import Source, read_rows
from tasks.task import Task

__all__ = ["FORMATS", "read_tasks"]

FORMATS: Mapping[str, Callable[[dict[str, Any], str], Task]] = {
    "mbpp": mbpp.task_from_row,
    "mbpp-sanitized": mbpp.task_from_row,
    "humaneval": humaneval.task_from_row,
    "humaneval-plus": evalplus.task_from_row,
    "mbpp-plus": evalplus.task_from_row,
    "evalplus": evalplus.task_from_row,
    "native": native.task_from_row,
}
"""Format by name → the function that makes a task from a row of such a file and the name of its set."""


def read_tasks(source: Source, format_name: str, set_name: str) -> Iterator[Task | TaskFormatError]:
    """The tasks of a file, one at a time; a row that cannot be used is yielded as an error and reading goes on.

    Args:
        source: A path or an open binary stream: JSON lines or one JSON array, plain or gzip.
        format_name: A key of ``FORMATS``.
        set_name: The set that the tasks join.

    Yields:
        Tasks with their versions, or errors with file, line and cure. A file without any task yields one error.

    Raises:
        KeyError: If there is no such format.
        OSError: If the path cannot be opened or read.
    """
    build = FORMATS[format_name]
    lines: dict[str, int | None] = {}
    empty = True
    for row in read_rows(source):
        empty = False
        if isinstance(row, TaskFormatError):
            yield row
            continue
        name = str(source) if not hasattr(source, "read") else ""
        try:
            task = build(row.fields, set_name)
        except TaskFormatError as error:
            yield error.at(row.line, name)
            continue
        except RecursionError:
            yield TaskFormatError("the task is nested too deeply", line=row.line, file=name)
            continue
        first = lines.setdefault(task.local, row.line)
        if first != row.line:
            message = f'the task "{task.local}" stands in line {first} already; remove one of the two'
            yield TaskFormatError(message, line=row.line, file=name)
            continue
        yield task
    if empty:
        yield TaskFormatError("the file holds no tasks; is it the right one?", file=str(source))
