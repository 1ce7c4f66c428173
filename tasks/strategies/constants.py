"""Words and numbers that a task itself mentions: likely boundaries, keywords and separators."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from tasks.syntax import parse

_MAX = 40
_LONGEST = 24
_WORDS = re.compile(r"""(["'`])([^"'`\n]{1,24})\1""")


@dataclass(frozen=True, slots=True)
class Constants:
    """Constants in the order in which they were found, each once.

    Attributes:
        integers: Integers.
        floats: Floats.
        texts: Strings, at most 24 characters each.
    """

    integers: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()


def constants_of(reference: str, prompt: str) -> Constants:
    """Constants of a program, and what its prompt puts into quotes.

    Args:
        reference: A program; docstrings and other bare strings in it count as prose.
        prompt: Prose, perhaps with code.
    """
    integers: dict[int, None] = {}
    floats: dict[float, None] = {}
    texts: dict[str, None] = {}
    tree = parse(reference)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)} if tree is not None else set()
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.Constant) or id(node) in bare:
            continue
        value = node.value
        if isinstance(value, bool):
            continue
        if isinstance(value, int) and abs(value) < 10**9:
            integers[value] = None
        elif isinstance(value, float):
            floats[value] = None
        elif isinstance(value, str) and 0 < len(value) <= _LONGEST:
            texts[value] = None
    for found in _WORDS.finditer(prompt):
        texts[found[2]] = None
    return Constants(tuple(integers)[:_MAX], tuple(floats)[:_MAX], tuple(texts)[:_MAX])
