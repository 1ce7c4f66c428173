"""The code of one sample of one model for one task, and how it is read from what a model wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.errors import InvalidInput

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*$", re.MULTILINE)
_CODE_LINE = re.compile(r"^(?:def|class|import|from|async def|@\w|if __name__)\b", re.MULTILINE)
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_PYTHON = frozenset({"", "python", "py", "python3"})


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
        parent: Id of the candidate that this one repairs, or None.
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


@dataclass(frozen=True, slots=True)
class Code:
    """Source as bytes, and notes on what was cut from the text it came in."""

    source: bytes
    notes: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of the source, hex."""
        return hashlib.sha256(self.source).hexdigest()


def read_code(text: str | bytes, pointer: str = "/code") -> Code:
    """Make source out of what a model wrote: code fences are removed, nothing else is touched.

    A coding line is honoured: the text is encoded as the line says where it can be.

    Args:
        text: Source as text, or as bytes that are kept as they are unless they hold a fence.
        pointer: JSON pointer of the text in the request, for the error.

    Raises:
        InvalidInput: If the text holds lone surrogates, which no file can hold.
    """
    if isinstance(text, bytes):
        if b"```" not in text and b"~~~" not in text:
            return Code(text)
        # Latin-1 maps every byte to one character, so cutting lines loses nothing.
        found = _without_fences(text.decode("latin-1"))
        return Code(found[0].encode("latin-1"), found[1])
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"the code holds a lone surrogate at character {error.start}; it is not text that a file can hold", pointer
        ) from None
    cut, notes = _without_fences(text)
    return Code(_encode(cut), notes)


def _encode(text: str) -> bytes:
    for line in text.split("\n", 2)[:2]:
        match = _CODING.match(line)
        if match:
            try:
                return text.encode(match[1])
            except (LookupError, UnicodeError):
                break
    return text.encode()


def _without_fences(text: str) -> tuple[str, tuple[str, ...]]:
    fences = [match for match in _FENCE.finditer(text) if not _inside_string(text, match.start())]
    if not fences:
        return text, ()
    first = fences[0]
    if _CODE_LINE.search(text, 0, first.start()) and not first[2]:
        return text[: first.start()], ("text after the code removed",)
    blocks = []
    for opening, closing in zip(fences[::2], [*fences[1::2], None], strict=False):
        end = len(text) if closing is None else closing.start()
        blocks.append((opening[2].lower() in _PYTHON, text[opening.end() + 1 : end]))
    python = [block for is_python, block in blocks if is_python] or [block for _, block in blocks]
    return max(python, key=len), ("code fence removed",)


def _inside_string(text: str, position: int) -> bool:
    before = text[:position]
    return before.count('"""') % 2 == 1 or before.count("'''") % 2 == 1
