"""The program in what a model wrote: out of its code fence, and otherwise exactly as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.formats.fields import check_text
from tasks.syntax import parse

_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<tag>[^\r\n`]*?)[ \t]*\r?$", re.MULTILINE)
_PYTHON_TAGS = frozenset({"", "py", "py3", "python", "python3"})
_BOM = "\ufeff"

FENCE_NOTE = "code fence removed"
BOM_NOTE = "byte order mark removed"
CRLF_NOTE = "CRLF line ends kept"


@dataclass(frozen=True, slots=True)
class Extracted:
    """A program and what was done to get it.

    Attributes:
        code: The source text.
        notes: What a person should know, one sentence fragment each.
    """

    code: str
    notes: tuple[str, ...] = ()


def extract_code(text: str) -> Extracted:
    """The program in a text.

    Text that is valid Python is taken as it is. Otherwise, if it holds code fences, the first fenced block that is
    valid Python and tagged as Python or not at all is taken, else the first such block, else the first block. A
    lone closing fence behind the code is no fence around it: the text stays, and does not compile.

    Raises:
        TaskFormatError: If the text has lone surrogates.
    """
    check_text(text, "/code")
    notes = []
    if text.startswith(_BOM):
        text = text.removeprefix(_BOM)
        notes.append(BOM_NOTE)
    if "```" in text or "~~~" in text:
        block = _fenced(text) if parse(text) is None else None
        if block is not None:
            text = block
            notes.append(FENCE_NOTE)
    if "\r\n" in text:
        notes.append(CRLF_NOTE)
    return Extracted(text, tuple(notes))


def _fenced(text: str) -> str | None:
    blocks = _blocks(text)
    ours = [code for tag, code in blocks if tag in _PYTHON_TAGS] or [code for _, code in blocks]
    return next((code for code in ours if parse(code) is not None), ours[0] if ours else None)


def _blocks(text: str) -> list[tuple[str, str]]:
    """Fenced blocks as (tag, code). A block that is never closed counts if it is tagged or opens the text."""
    found = []
    at = 0
    while opening := _FENCE.search(text, at):
        start = min(opening.end() + 1, len(text))
        closing = _closing(text, start, opening["marks"])
        code = text[start:] if closing is None else text[start : closing.start()]
        tag = opening["tag"].lower()
        whole = closing is not None or bool(tag) or not text[: opening.start()].strip()
        if code.strip() and whole:
            found.append((tag, code))
        at = len(text) if closing is None else closing.end()
    return found


def _closing(text: str, start: int, marks: str) -> re.Match[str] | None:
    return next(
        (match for match in _FENCE.finditer(text, start) if match["marks"].startswith(marks) and not match["tag"]), None
    )
