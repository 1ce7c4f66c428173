"""Where two values, as text, begin to differ. Text only: nothing that a candidate wrote is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

_WIDTH = 72
_BEFORE = 24
_OPAQUE = "<opaque "
"""How a value begins that did not leave the candidate's process."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where the actual value's text leaves the expected one's.

    Attributes:
        at: Characters that both begin with, >= 0.
        expected: The expected text around that place.
        actual: The actual text around that place, cut at the same character.
        column: Characters of both excerpts before the place.
        remark: What the texts alone do not show, or "".
    """

    at: int
    expected: str
    actual: str
    column: int
    remark: str = ""


def point_at(expected: str, actual: str) -> Difference:
    """Find the first difference and cut out what stands around it.

    Args:
        expected: The expected value as text.
        actual: The returned value as text, written by a candidate.
    """
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(expected, actual, strict=False)))
    start = 0 if max(len(expected), len(actual)) <= _WIDTH else max(0, at - _BEFORE)
    return Difference(
        at, _window(expected, start), _window(actual, start), at - start + (start > 0), _remark(expected, actual)
    )


def _window(text: str, start: int) -> str:
    shown = text[start : start + _WIDTH]
    return f"{'…' if start else ''}{shown}{'…' if len(text) > start + _WIDTH else ''}"


def _remark(expected: str, actual: str) -> str:
    if actual.startswith(_OPAQUE) and actual.endswith(">"):
        kind, wanted = actual[len(_OPAQUE) : -1], _kind(expected)
        of = f" of type {wanted}" if wanted else ""
        return f"an object of type {kind.removeprefix('builtins.')}, where a plain value{of} is expected"
    if expected == actual:
        return "both read the same: they differ in type, or in digits that are not shown"
    wanted, given = _kind(expected), _kind(actual)
    if wanted and given and wanted != given:
        return f"a value of type {given}, where one of type {wanted} is expected"
    return ""


def _kind(text: str) -> str:
    """The type that a value's text begins like; "" where that says nothing."""
    if text in ("None", "True", "False"):
        return "NoneType" if text == "None" else "bool"
    opening = text[:1]
    if opening.isdigit() or (opening == "-" and text[1:2].isdigit()):
        return "float" if any(mark in text for mark in ".en") else "int"
    if text[:2] in ("b'", 'b"'):
        return "bytes"
    if opening == "{":
        return "dict" if text == "{}" else ""
    return {"[": "list", "(": "tuple", "'": "str", '"': "str"}.get(opening, "")
