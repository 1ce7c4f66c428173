"""Parsing source text that others wrote, without their warnings on our streams."""

from __future__ import annotations

import ast
import re
import warnings

MAX_MARKS = 100_000
"""Of a source in a request: marks, blanks and line ends, about one for each token."""
_MARKS = " \n,.:;()[]{}=+-*/%<>&|^~@!"
_MAX_FIELD_STEPS = 200_000_000
_SHORT = 10_000
_TRIPLE = re.compile(r"(?:f|fr|rf)(?:\"{3}|'{3})", re.IGNORECASE)
_FORMATTED = re.compile(r"\b(?:f|fr|rf)(?=['\"])", re.IGNORECASE)


def parse(source: str) -> ast.Module | None:
    """The syntax tree, or None if the source does not parse."""
    try:
        return _tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse_expression(source: str) -> ast.expr:
    """The syntax tree of one expression.

    Raises:
        ValueError: If the source is not an expression.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from None


def syntax_problem(source: str) -> str | None:
    """What is wrong with the syntax of a source, one sentence; None if it parses."""
    try:
        _tree(source)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return None


def parsing_problem(source: str) -> str | None:
    """Why a source is too dear to parse in a process that others wait for; None if it is not.

    The parser keeps every other thread of the process waiting: some microseconds for each token, and, before Python
    3.12, time that grows with the fields of a formatted string times its length.
    """
    if len(source) <= _SHORT:
        return None
    if sum(map(source.count, _MARKS)) > MAX_MARKS:
        return f"the source is too long: it has more than {MAX_MARKS} marks and blanks"
    if _FORMATTED.search(source) is not None:
        spans = [source] if _TRIPLE.search(source) is not None or "\\\n" in source else source.split("\n")
        if sum(span.count("{") * len(span) for span in spans) > _MAX_FIELD_STEPS:
            return "the source holds formatted strings with too many fields"
    return None


def _tree(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in somebody's string is not our news
        return ast.parse(source)
