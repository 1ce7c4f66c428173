"""Simpler variants of an input, simplest first. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.budget import NotLiteral
from tasks.literal_text import literal_text
from tasks.strategies.relations import Args, Relation, repair

_NUMBERS = (0, 1, -1, 2, 10)


def complexity(value: Any) -> tuple[int, int]:
    """How hard a value is to read: what ``simpler`` makes smaller."""
    try:
        text = literal_text(value)
    except (NotLiteral, ValueError):
        text = repr(value)
    return len(text), sum(_oddity(character) for character in text)


def _oddity(character: str) -> int:
    """0, 1, a and b are the plainest of their kinds; a sign costs."""
    if character.isdigit():
        return int(character) if character.isascii() else 50
    if character.isalpha():
        return ord(character.lower()) - 96 + (20 if character.isupper() else 0)
    return 30


def simpler(args: Args, relations: Sequence[Relation] = ()) -> Sequence[Args]:
    """Inputs that are simpler than this one by one step: parts left out, numbers nearer to zero, plainer characters.

    Args:
        args: An input.
        relations: That hold between its arguments; steps that break one are taken together with its repair, too.

    Returns:
        Each once, the simplest first.
    """
    limit = complexity(args)
    found: dict[str, tuple[tuple[int, int], Args]] = {}
    for place, value in enumerate(args):
        for smaller in simpler_values(value):
            changed = (*args[:place], smaller, *args[place + 1 :])
            for candidate in (changed, repair(changed, relations)):
                size = complexity(candidate)
                if size < limit:
                    found.setdefault(repr(candidate), (size, candidate))
    return [candidate for _, candidate in sorted(found.values(), key=lambda each: each[0])]


def simpler_values(value: Any) -> Iterator[Any]:
    """Simpler values of the same type."""
    kind = type(value)
    if kind is bool:
        yield from [False] if value else []
    elif kind is int:
        yield from _integers(value)
    elif kind is float:
        yield from _floats(value)
    elif kind is str:
        yield from _texts(value)
    elif kind in (list, tuple):
        for items in _sequences(list(value)):
            yield kind(items)
    elif kind in (set, frozenset):
        for items in _sequences(sorted(value, key=repr)):
            yield from _made(kind, items)
    elif kind is dict:
        for pairs in _sequences(list(value.items())):
            yield from _made(dict, pairs)


def _made(kind: Any, items: list[Any]) -> Iterator[Any]:
    try:
        yield kind(items)
    except (TypeError, ValueError):
        return


def _integers(value: int) -> Iterator[int]:
    yield from (number for number in _NUMBERS if abs(number) < abs(value) or (value < 0 and number == -value))
    if value < 0:
        yield -value
    yield math.trunc(value / 2) if abs(value) < 1 << 53 else value // 2
    if abs(value) >= 10:
        yield value // 10 if value > 0 else -(-value // 10)
        yield int(str(value)[:-2] or "0") if abs(value) >= 100 else 0
    if value:
        yield value - (1 if value > 0 else -1)


def _floats(value: float) -> Iterator[float]:
    if not math.isfinite(value):
        yield from (0.0, 1.0)
        return
    yield from (0.0, 1.0, float(math.trunc(value)), math.trunc(value * 10) / 10, -value if value < 0 else 0.5)


def _texts(value: str) -> Iterator[str]:
    for part in _cuts(len(value)):
        yield "".join(value[first:last] for first, last in part)
    for place, character in enumerate(value[:40]):
        for plain in ("a", "b", "A", "0", " "):
            if plain != character and _oddity(plain) < _oddity(character):
                yield value[:place] + plain + value[place + 1 :]
        if character.isupper():
            yield value[:place] + character.lower() + value[place + 1 :]


def _cuts(length: int) -> Iterator[list[tuple[int, int]]]:
    """What is left when halves, quarters … and single items are left out."""
    size = length
    while size >= 1:
        starts = range(0, length, size) if size > 1 or length <= 40 else range(0, 40)
        for start in starts:
            yield [(0, start), (min(start + size, length), length)]
        size //= 2


def _sequences(items: list[Any]) -> Iterator[list[Any]]:
    for part in _cuts(len(items)):
        yield [item for first, last in part for item in items[first:last]]
    for place, item in enumerate(items[:20]):
        for smaller in simpler_values(item):
            yield [*items[:place], smaller, *items[place + 1 :]]
    if len(items) > 1:
        yield [items[0]] * len(items)
