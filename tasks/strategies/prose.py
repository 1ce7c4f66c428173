"""What a prompt says of its inputs in words that are unmistakable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_NOT_EMPTY = re.compile(r"\bnon[- ]?empty\b|\bnot (be )?empty\b|\bat least one (element|item|number|integer)\b", re.I)
_POSITIVE = re.compile(r"\bpositive (integer|number|int|natural)|\bnatural number", re.I)
_NOT_NEGATIVE = re.compile(r"\bnon[- ]?negative\b", re.I)


@dataclass(frozen=True, slots=True)
class Prose:
    """What the prompt says, where every example agrees.

    Attributes:
        not_empty: No list among the arguments is empty.
        least: Least number anywhere in the arguments, or None.
    """

    not_empty: bool = False
    least: int | None = None

    def admits(self, args: tuple[Any, ...]) -> bool:
        """Whether arguments are as the prompt says."""
        if self.not_empty and holds_empty(args):
            return False
        return self.least is None or all(number >= self.least for number in _numbers(args))


def holds_empty(args: tuple[Any, ...]) -> bool:
    """Whether an argument is an empty list or tuple."""
    return any(isinstance(value, list | tuple) and not value for value in args)


def prose_of(prompt: str, examples: Iterable[tuple[Any, ...]]) -> Prose:
    """Read a prompt; what an example contradicts was said of something else.

    Args:
        prompt: Prose, perhaps with code.
        examples: Inputs of the task.
    """
    known = tuple(examples)
    least = 1 if _POSITIVE.search(prompt) else 0 if _NOT_NEGATIVE.search(prompt) else None
    said = Prose(_NOT_EMPTY.search(prompt) is not None, least)
    if not all(Prose(not_empty=said.not_empty).admits(args) for args in known):
        said = Prose(False, said.least)
    if not all(Prose(least=said.least).admits(args) for args in known):
        said = Prose(said.not_empty, None)
    return said


def _numbers(value: Any) -> Iterable[float]:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _numbers(item)
