"""Exceptions of the candidate as the examiner may see them: names from a literal table, nothing looked up."""

from __future__ import annotations

import dataclasses
import decimal
import errno
import json
from typing import Any

TABLE: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        Exception, ArithmeticError, AssertionError, AttributeError, BlockingIOError, BrokenPipeError, BufferError,
        ChildProcessError, ConnectionAbortedError, ConnectionError, ConnectionRefusedError, ConnectionResetError,
        EOFError, FileExistsError, FileNotFoundError, FloatingPointError, ImportError, IndentationError, IndexError,
        InterruptedError, IsADirectoryError, KeyError, LookupError, MemoryError, ModuleNotFoundError, NameError,
        NotADirectoryError, NotImplementedError, OSError, OverflowError, PermissionError, ProcessLookupError,
        RecursionError, ReferenceError, RuntimeError, StopAsyncIteration, StopIteration, SyntaxError, SystemError,
        TabError, TimeoutError, TypeError, UnboundLocalError, UnicodeError, ValueError, ZeroDivisionError,
    )
}  # fmt: skip
"""Built-in exceptions made from plain arguments."""
_UNICODE: dict[str, tuple[type[UnicodeError], type]] = {
    "UnicodeDecodeError": (UnicodeDecodeError, bytes),
    "UnicodeEncodeError": (UnicodeEncodeError, str),
}
"""With five fields, which are looked at first: telling of such an error reads its object at the places named."""
_LIBRARY: dict[tuple[str, str], type[Exception]] = {
    ("JSONDecodeError", "ValueError"): json.JSONDecodeError,
    ("InvalidOperation", "ArithmeticError"): decimal.InvalidOperation,
    ("DivisionByZero", "ZeroDivisionError"): decimal.DivisionByZero,
    ("FrozenInstanceError", "AttributeError"): dataclasses.FrozenInstanceError,
}
"""Exceptions of the standard library that tests catch by name."""


class CandidateError(Exception):
    """Base of the stand-ins for exception classes that the candidate defines; says what the candidate's object says."""

    def __str__(self) -> str:
        told: CandidateRaised | None = getattr(self, "candidate_raised", None)
        return super().__str__() if told is None else told.text


_STAND_INS: dict[tuple[str, str], type[Exception]] = {}
_MAX_STAND_INS = 1000


def error_for(name: str, base: str) -> type[Exception]:
    """The class that stands for the candidate's exception class ``name`` whose nearest built-in base is ``base``."""
    if name == base and name in TABLE:
        return TABLE[name]
    if (name, base) in _LIBRARY:
        return _LIBRARY[name, base]
    key = (name[:100] if name.isidentifier() else "CandidateError", base[:100])
    if key not in _STAND_INS:
        if len(_STAND_INS) >= _MAX_STAND_INS:
            return CandidateError
        parent = UnicodeError if base in _UNICODE else TABLE.get(base, Exception)
        _STAND_INS[key] = type(key[0], (CandidateError, parent), {})
    return _STAND_INS[key]


_BY_ERRNO: dict[int, tuple[str, dict[str, str]]] = {
    errno.EAGAIN: ("resource", {"limit": "processes"}),
    errno.EMFILE: ("resource", {"limit": "open_files"}),
    errno.ENFILE: ("resource", {"limit": "open_files"}),
    errno.ENOSPC: ("resource", {"limit": "disk_bytes"}),
    errno.EDQUOT: ("resource", {"limit": "disk_bytes"}),
    errno.EFBIG: ("resource", {"limit": "disk_bytes"}),
    errno.ENOMEM: ("memory", {"limit": "memory_bytes"}),
    errno.EPERM: ("policy", {"rule": "system_call"}),
    errno.EACCES: ("policy", {"rule": "file_access"}),
    errno.EROFS: ("policy", {"rule": "file_access"}),
}


def _unicode_error(name: str, args: tuple[Any, ...]) -> Exception | None:
    """The real one, if its fields are what they must be."""
    kind, text = _UNICODE.get(name, (UnicodeError, None))
    if text is None or [type(part) for part in args] != [str, text, int, int, str]:
        return None
    if not 0 <= args[2] <= args[3] <= len(args[1]):
        return None
    return kind(*args)


class CandidateRaised:
    """What the candidate raised, by its own account; it can only ever count against it."""

    __slots__ = ("args", "attributes", "base", "ending", "message", "name", "number", "text", "trace")

    def __init__(
        self, name: str, base: str, args: tuple[Any, ...], message: str, trace: str, number: int | None
    ) -> None:
        """Keep the account and derive what ending it stands for, if it is more than an exception."""
        self.name = name
        self.base = base
        self.args = args
        self.message = message
        self.trace = trace
        self.number = number
        self.text = message
        self.attributes: dict[str, Any] = {}
        self.ending = self._find_ending()

    def _find_ending(self) -> tuple[str, dict[str, Any]] | None:
        if self.base == "SystemExit":
            return "exited", {"reason": "SystemExit"}
        if self.base == "MemoryError":
            return "memory", {"limit": "memory_bytes"}
        if self.base == "RuntimeError" and "can't start new thread" in self.message:
            return "resource", {"limit": "processes"}
        if self.number is not None:
            return _BY_ERRNO.get(self.number)
        return None

    @property
    def sticky(self) -> bool:
        """It never reaches test code as an exception: the end of the program or of its memory."""
        return self.base in ("SystemExit", "MemoryError", "KeyboardInterrupt", "GeneratorExit", "BaseException")

    def exception(self) -> Exception:
        """The exception that test code sees."""
        made = _unicode_error(self.name, self.args) if self.name == self.base else None
        if made is None:
            kind = error_for(self.name, self.base)
            try:
                made = kind.__new__(kind, *self.args) if kind in _LIBRARY.values() else kind(*self.args)
            except Exception:  # the arguments are the candidate's own: what does not fit is told without them
                made = kind()
                made.args = self.args
        if isinstance(made, CandidateError):
            for name, value in self.attributes.items():
                if not hasattr(made, name):  # what makes it an exception stays ours
                    setattr(made, name, value)
        made.candidate_raised = self  # type: ignore[attr-defined]
        return made
