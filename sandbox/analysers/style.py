"""Adherence to the style instructions of a prompt: naming, length, commenting.

Source:
    The code-quality dimensions of the resampling paper (RACE), as its published scripts compute them, quirks
    included: ``docs/static-analysis.md`` lists them. Pure functions of the program's text.
"""

from __future__ import annotations

import ast
import re

CAMEL = re.compile(r"[a-z]+(?:[A-Z][a-z0-9]*)*\Z")
SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)*\Z")
MAX_LINE = 70
MAX_FUNCTION = 30
MIN_COMMENTED = 0.75
MAX_UNCOMMENTED = 0.25
_DOCSTRING = re.compile(r'""".*?"""', re.DOTALL)
_COMMENT = re.compile(r"\s#+\s")


def adherence(tree: ast.Module | None, text: str) -> dict[str, bool]:
    """Which of the four instructions a program follows.

    Args:
        tree: The program, parsed; None if it does not parse.
        text: The same program as text.

    Returns:
        ``style_camel_case``, ``style_snake_case``, ``style_length``, ``style_comments``.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)] if tree else []
    names = _names(tree, functions) if tree else []
    return {
        "style_camel_case": bool(names) and all(CAMEL.match(name) for name in names),
        "style_snake_case": bool(names) and all(SNAKE.match(name) for name in names if len(name) > 1),
        "style_length": _is_short(functions, text),
        "style_comments": _is_commented(tree, text),
    }


def _names(tree: ast.Module, functions: list[ast.FunctionDef]) -> list[str]:
    """The names that count: functions, their plain positional arguments, targets of assignments and of loops."""
    names = [function.name for function in functions]
    names += [argument.arg for function in functions for argument in function.args.args]
    for node in ast.walk(tree):
        targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.For):
            targets = [node.target]
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            names += [part.id for part in parts if isinstance(part, ast.Name)]
    return names


def _is_short(functions: list[ast.FunctionDef], text: str) -> bool:
    """Lines of at most 70 characters, functions of at most 30 lines, and at least one function."""
    short = all(len(line) <= MAX_LINE for line in text.split("\n"))
    lines = [(function.end_lineno or function.lineno) - function.lineno + 1 for function in functions]
    return short and bool(lines) and max(lines) <= MAX_FUNCTION


def _is_commented(tree: ast.Module | None, text: str) -> bool:
    """At least three comments to four lines of code, a docstring counting as one comment."""
    try:
        if tree is None:
            raise SyntaxError
        bare = _DOCSTRING.sub("", text)
        lines = ast.unparse(tree if bare == text else ast.parse(bare)).split("\n")
    except (SyntaxError, ValueError):
        kept = text.split("\n")
        return sum("#" not in line for line in kept) / len(kept) < MAX_UNCOMMENTED
    comments = len(_COMMENT.findall(text)) + bool(_DOCSTRING.search(text))
    return comments / len(lines) >= MIN_COMMENTED
