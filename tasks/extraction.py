"""The program in what a model wrote: out of its code fence or its prose, and otherwise exactly as it was."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from tasks.formats.fields import check_text
from tasks.syntax import parse, parsing_problem

_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<tag>[^\r\n`]*?)[ \t]*\r?$", re.MULTILINE)
_PYTHON_TAGS = frozenset({"", "py", "py3", "python", "python3"})
_BOM = "\ufeff"

FENCE_NOTE = "code fence removed"
BOM_NOTE = "byte order mark removed"
CRLF_NOTE = "CRLF line ends kept"
THOUGHT_NOTE = "thinking removed"
LONG_NOTE = "too long to look for code in it"
END_NOTE = "text from a closing fence on removed"
_CUT_NOTE = "prose removed: {before} characters before the code, {after} after it"
_THOUGHT = ("<think>", "</think>")
"""What reasoning models write before their answer, where the endpoint does not take it out."""
_BEGINS_CODE = re.compile(r"^(?:def|class|async\s+def|import|from\s+[\w.]+\s+import|@\w)\b", re.MULTILINE)
_CODE_LIKE = re.compile(r"""^\s|\"{3}|'{3}|[^=!<>]=[^=]|\)\s*:\s*$""")
"""Stands in a line of code before the first definition, and hardly in a sentence."""
_MOST_ENDS = 64
"""Lines at the left margin that are tried as the first one behind the code."""
_MOST_TRIED = 2_000_000
"""Characters that are parsed for it in all."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A program and what was done to get it.

    Attributes:
        code: The source text.
        notes: What a person should know, one sentence fragment each.
    """

    code: str
    notes: tuple[str, ...] = ()


def extract_code(text: str, entry_point: str | None = None) -> Extracted:
    """The program in a text.

    Text that is valid Python is taken as it is. Otherwise, if it holds code fences, the first fenced block that is
    valid Python, defines the entry point and is tagged as Python or not at all is taken, else the first valid one, else
    the first such block, else the first block. Without fences, prose before a program and behind it is cut off, if
    what is left is valid Python with a function or class. A lone closing fence behind the code is no fence around it,
    and prose behind code alone is left too: such text stays, and does not compile. So does text that is too dear to
    parse (``tasks.syntax``).

    Args:
        text: What a model wrote.
        entry_point: The name that the program is to define, if there is one.

    Raises:
        TaskFormatError: If the text has lone surrogates.
    """
    check_text(text, "/code")
    notes = []
    if text.startswith(_BOM):
        text = text.removeprefix(_BOM)
        notes.append(BOM_NOTE)
    if text.lstrip().startswith(_THOUGHT[0]) and _THOUGHT[1] in text:
        text = text.rpartition(_THOUGHT[1])[2]
        notes.append(THOUGHT_NOTE)
    if parsing_problem(text) is not None:
        notes.append(LONG_NOTE)
    elif "```" in text or "~~~" in text:
        block = _fenced(text, entry_point) if parse(text) is None else None
        if block is not None:
            text = block
            notes.append(FENCE_NOTE)
    elif (found := _unfenced(text)) is not None:
        text, cut = found
        notes.append(cut)
    if "\r\n" in text:
        notes.append(CRLF_NOTE)
    return Extracted(text, tuple(notes))


def before_closing_fence(text: str) -> str | None:
    """The text before a fence that closes what was never opened; None without one."""
    fence = _FENCE.search(text)
    return None if fence is None or fence["tag"] else text[: fence.start()]


def _fenced(text: str, entry_point: str | None) -> str | None:
    blocks = _blocks(text)
    ours = [code for tag, code in blocks if tag in _PYTHON_TAGS] or [code for _, code in blocks]
    valid = [(code, tree) for code in ours if (tree := parse(code)) is not None]
    defining = (code for code, tree in valid if entry_point in _defined(tree))
    return next(defining, None) or (valid[0][0] if valid else ours[0] if ours else None)


def _defined(tree: ast.Module) -> set[str]:
    """Functions and classes at the top of a module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def _is_prose(text: str) -> bool:
    """Some lines at the left margin that are no Python; half of a program is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and parse(lines[0]) is None and not any(map(_CODE_LIKE.search, lines))


def _unfenced(text: str) -> tuple[str, str] | None:
    """The program after some prose, and a note on what was cut; None if the text is not of that form."""
    opening = _BEGINS_CODE.search(text)
    if opening is None or not _is_prose(text[: opening.start()]) or parse(text) is not None:
        return None
    rest = text[opening.start() :]
    ends = [len(rest), *(match.start() for match in re.finditer(r"^\S", rest, re.MULTILINE) if match.start())]
    most = max(min(_MOST_ENDS, _MOST_TRIED // len(rest)), 4)
    for end in sorted(ends[:most], reverse=True):
        tree = parse(rest[:end])
        if tree is not None and _defined(tree):
            before = len(text[: opening.start()].strip())
            return rest[:end], _CUT_NOTE.format(before=before, after=len(rest[end:].strip()))
    return None


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
