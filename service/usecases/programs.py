"""From what a model wrote to the bytes that are run."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.candidate import code_hash, encode_program
from service.errors import InvalidInput, TooLarge
from tasks.errors import TaskFormatError
from tasks.extraction import extract_code
from tasks.samples import Form, program_of
from tasks.task import Task


@dataclass(frozen=True, slots=True)
class Program:
    """Source as bytes, and notes on what was done to the text it came in."""

    source: bytes
    notes: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the source, hex."""
        return code_hash(self.source)


def read_program(text: str | bytes, form: Form, task: Task, *, max_bytes: int, pointer: str = "/code") -> Program:
    """Take the program out of a model's text; bytes without a code fence are kept as they are.

    Args:
        text: What the model wrote, or a file's content.
        form: A completion is put behind the task's ``completion_prompt``.
        task: Its task.
        max_bytes: The largest program that is taken.
        pointer: Where the text stands in the request, for errors.

    Returns:
        The program and notes.

    Raises:
        InvalidInput: If the text holds lone surrogates.
        TooLarge: If the program is larger than ``max_bytes``.
    """
    if len(text) > max_bytes:
        raise _too_large(len(text), max_bytes, pointer)
    if isinstance(text, bytes):
        if form is not Form.COMPLETION and b"```" not in text and b"~~~" not in text:
            return Program(text)
        # Latin-1 gives every byte one character, so that cutting lines loses nothing.
        found = _extract(text.decode("latin-1"), form, task, pointer)
        program = Program(found[0].encode("latin-1"), found[1])
    else:
        extracted = _extract(text, form, task, pointer)
        program = Program(encode_program(extracted[0]), extracted[1])
    if len(program.source) > max_bytes:
        raise _too_large(len(program.source), max_bytes, pointer)
    return program


def encode_answer(text: str, pointer: str) -> bytes:
    """The program in what a model wrote, as it would be run.

    Raises:
        InvalidInput: If the text holds lone surrogates.
    """
    try:
        return encode_program(extract_code(text).code)
    except TaskFormatError as error:
        raise InvalidInput(error.message, pointer) from None


def _extract(text: str, form: Form, task: Task, pointer: str) -> tuple[str, tuple[str, ...]]:
    try:
        found = program_of(text, form, task)
    except TaskFormatError as error:
        raise InvalidInput(error.message, pointer) from None
    return found.code, found.notes


def _too_large(size: int, cap: int, pointer: str) -> TooLarge:
    return TooLarge(f"the code has {size:,} bytes; this service takes at most {cap:,}", pointer)
