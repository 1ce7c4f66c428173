"""How a command ends."""

from __future__ import annotations

from enum import IntEnum

from pydantic import ValidationError

from service.client import AssayError as Refused
from service.client import Unreachable
from service.client.endpoint import EndpointError
from service.errors import AssayError, Conflict, InvalidInput, InvalidTask, NotFound

_NOT_AUTHORISED = frozenset({401, 403})
_BUSY = 429


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    NOT_ACCEPTED = 1
    USAGE = 2
    NOTHING_CONCLUDED = 3
    PARTLY = 4
    INTERRUPTED = 130


EXPECTED = (AssayError, Refused, Unreachable, EndpointError, ValidationError, OSError)
"""Errors that are told in a sentence instead of a traceback."""


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code that an error leads to."""
    if isinstance(error, Refused):
        user = 400 <= error.status < 500 and error.status not in _NOT_AUTHORISED and error.status != _BUSY
        return ExitCode.USAGE if user else ExitCode.NOTHING_CONCLUDED
    if isinstance(error, InvalidTask):
        return ExitCode.PARTLY
    if isinstance(error, InvalidInput | NotFound | Conflict | ValidationError | FileNotFoundError | IsADirectoryError):
        return ExitCode.USAGE
    return ExitCode.NOTHING_CONCLUDED


def sentence_of(error: BaseException) -> str:
    """What to tell the user."""
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        name = "__".join(str(step) for step in found["loc"]).upper()
        setting = f"ASSAY_{name}: " if name else ""
        return f"{setting}{str(found['msg']).removeprefix('Value error, ')}"
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__
