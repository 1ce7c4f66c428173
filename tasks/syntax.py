"""Parsing source text that others wrote, without their warnings on our streams."""

from __future__ import annotations

import ast
import warnings


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


def _tree(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in somebody's string is not our news
        return ast.parse(source)
