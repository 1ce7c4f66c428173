"""The code of one sample of one model for one task."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One program to be checked.

    Attributes:
        id: ``cand_…``.
        task_id: ``<set>/<local>``.
        task_key: Storage key of the task's version that it is checked against.
        code: Source as bytes, as it will be run.
        code_hash: SHA-256 of ``code``, hex.
        model: Who wrote it, or None.
        sample_index: Which sample of that model for that task, >= 0.
        parent: What it repairs, or None.
        run_id: The run it belongs to, or None.
        notes: What was done to the text on its way in.
        metadata: What the submitter wants to keep with it.
    """

    id: str
    task_id: str
    task_key: int
    code: bytes
    code_hash: str
    model: str | None = None
    sample_index: int = 0
    parent: str | None = None
    run_id: str | None = None
    notes: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime | None = None


def code_hash(code: bytes) -> str:
    """SHA-256 of a program, hex."""
    return hashlib.sha256(code).hexdigest()


_SLOW = frozenset({"idna", "punycode"})
"""Their time grows with the square of the text."""


def encode_program(text: str) -> bytes:
    """A program's text as the bytes of its file, in UTF-8 unless its own coding line says otherwise.

    Text that the named coding cannot hold, or a coding that Python does not know or is slow at, falls back to UTF-8.
    """
    for line in text.split("\n", 2)[:2]:
        match = _CODING.match(line)
        if match and match[1].lower() not in _SLOW:
            try:
                return text.encode(match[1])
            except (LookupError, UnicodeError):
                break
    return text.encode()
