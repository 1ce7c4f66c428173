"""Edge values of shapes, listed: no chance in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.strategies.constants import Constants
from tasks.strategies.shapes import AnyOf, Choice, Items, Numbers, Pairs, Record, Shape, Texts

_MAGNITUDES = (127, 128, 255, 256, 999, 1000, 1001, 1023, 1024, 4095, 4096, 9999, 10000, 65535, 65536, 99999, 100000)
_PLAIN_TEXTS = (
    *("A", "Z", "z", "aA", "12", "-1", "1.5", "a b c", "Abc dEf"),
    *("_", "a_b", "a-b", "a,b", "a.b", "!", "?", "\n"),
)
_CROSSED = 160
"""Combinations of the arguments' edges that are listed."""


def edge_inputs(
    shapes: Sequence[Shape], examples: Sequence[tuple[Any, ...]], constants: Constants, *, bold: bool
) -> Iterator[tuple[Any, ...]]:
    """Inputs in which arguments take edge values: one at a time within examples, then several together.

    Args:
        shapes: Of each argument.
        examples: Inputs of the task.
        constants: What the task mentions.
        bold: Edges that the examples do not show are tried as well.
    """
    alone = len(shapes) == 1
    edges = [list(edges_of(shape, constants, bold=bold, alone=alone)) for shape in shapes]
    for place, values in enumerate(edges):
        for value in values:
            for example in examples[: 1 if alone else 2]:
                yield (*example[:place], value, *example[place + 1 :])
    if alone:
        return
    short = [values[:9] for values in edges]
    yield from itertools.islice(_diagonally(short), _CROSSED)


def _diagonally(lists: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Combinations of items, those near the lists' beginnings first."""
    places = itertools.product(*(range(len(values)) for values in lists))
    for chosen in sorted(places, key=lambda each: (sum(each), each)):
        yield tuple(values[index] for values, index in zip(lists, chosen, strict=True))


def edges_of(shape: Shape, constants: Constants, *, bold: bool, alone: bool = False) -> Iterator[Any]:
    """Edge values of one shape, the plainest first.

    Args:
        shape: Any.
        constants: What the task mentions.
        bold: Whether to leave what the examples show.
        alone: The argument is the only one, so that more values can be afforded.
    """
    match shape:
        case Numbers(kind=kind) if kind is int:
            yield from _integers(shape, constants, bold=bold, alone=alone)
        case Numbers():
            yield from _floats(shape, bold=bold)
        case Texts():
            yield from _texts(shape, constants, bold=bold)
        case Items():
            yield from _items(shape, constants, bold=bold)
        case Record(kind, items):
            for place, item in enumerate(items):
                for value in itertools.islice(edges_of(item, constants, bold=bold), 6):
                    for example in shape.values[:1]:
                        yield kind([*example[:place], value, *example[place + 1 :]])
        case Pairs():
            if bold and not shape.fields:
                yield {}
            yield from shape.values[:3]
        case Choice(values):
            yield from values
        case AnyOf(options):
            for option in options:
                yield from itertools.islice(edges_of(option, constants, bold=bold), 8)


def _integers(shape: Numbers, constants: Constants, *, bold: bool, alone: bool) -> Iterator[int]:
    least = -(10**6) if bold or shape.low < 0 else min(1, int(shape.low))
    top = max(1000, 10 * int(shape.high)) if bold else max(20, 2 * int(shape.high))
    listed: list[int] = [0, 1, 2, -1, 3, 10, -2, 5, 7, 4, 6, 8, 9, -10, 100, -5, 11, 12, -12, 99, 101]
    if alone:
        listed += [*range(13, 130), *range(-3, -30, -1)]
    listed += [value + step for value in constants.integers for step in (-1, 0, 1)]
    listed += [int(value) + step for value in shape.values for step in (-1, 1)]
    listed += _MAGNITUDES
    listed += [-100, -101, -123, -1000]
    yield from dict.fromkeys(value for value in listed if least <= value <= top)


def _floats(shape: Numbers, *, bold: bool) -> Iterator[float]:
    negative = bold or shape.low < 0
    listed = [0.0, 1.0, 0.5, -1.0, 2.0, 1.5, -0.5, 2.5, 3.5, 10.0, 0.1, 0.01, 100.0, -1.5, -2.5, 99.99, 0.001, 1000.5]
    yield from (value for value in listed if value >= 0 or negative)


def _texts(shape: Texts, constants: Constants, *, bold: bool) -> Iterator[str]:
    own = list(shape.alphabet) or ["a"]
    letters = [mark for mark in own if mark.isalpha()] or own
    first, last = letters[0], letters[-1]
    listed = ["", first, last + first, first * 2, first + last + first, " ", first.upper(), first + " " + last]
    listed += [f"{first}  {last}", f" {first}{last} ", first.upper() + last, "0", "1", f"{first}1{last}", first * 7]
    listed += [
        "A",
        "Z",
        "z",
        "aA",
        "12",
        "-1",
        "1.5",
        "a b c",
        "Abc dEf",
        "_",
        "a_b",
        "a-b",
        "a,b",
        "a.b",
        "!",
        "?",
        "\n",
    ]
    listed += list(constants.texts)
    for value in shape.values[:3]:
        listed += [value.upper(), value.lower(), value.swapcase(), f"{value} ", f" {value}", value[::-1], value * 2]
        listed += [value[1:], value[:-1], value.replace(" ", "  ")]
    listed += own
    seen = dict.fromkeys(listed)
    if bold:
        yield from seen
        return
    alphabet = set(shape.alphabet)
    longest = max(2 * shape.longest, shape.longest if shape.longest < 4 else 4)
    if shape.longest == 1:
        longest = 1
    yield from (text for text in seen if set(text) <= alphabet and shape.shortest <= len(text) <= longest)


def _items(shape: Items, constants: Constants, *, bold: bool) -> Iterator[Any]:
    inner = list(itertools.islice(edges_of(shape.item, constants, bold=bold), 14)) if shape.item is not None else []
    listed: list[list[Any]] = [[]]
    listed += [[value] for value in inner[:10]]
    listed += [[value, value] for value in inner[:4]]
    listed += [[one, other] for one, other in itertools.pairwise(inner[:8])]
    listed += [[other, one] for one, other in itertools.pairwise(inner[:8])]
    listed += [inner[:3], inner[:5][::-1], inner[:3] * 2, inner]
    for value in map(list, shape.values[:3]):
        listed += [value[:1], value[:2], value[1:], value[:-1], value[::-1], value + value, [*value, *value[:1]]]
    for value in listed:
        if not bold and (len(value) < shape.shortest or not _kept(shape, value)):
            continue
        try:
            yield shape.kind(value)
        except TypeError:
            continue


def _kept(shape: Items, value: list[Any]) -> bool:
    """Whether a list keeps what all examples keep."""
    if shape.even_rows and len({len(row) for row in value}) > 1:
        return False
    if shape.distinct and len({repr(item) for item in value}) < len(value):
        return False
    try:
        return not (
            (shape.ascending and sorted(value) != value) or (shape.descending and sorted(value, reverse=True) != value)
        )
    except TypeError:
        return False
