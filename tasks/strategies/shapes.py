"""What values look like: the shape that a few examples have in common."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

_HELD = 60
"""Example values that a shape remembers."""
_RECORD_MAX = 6
_MANY, _FEW = 12, 4
_SEQUENCES = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Integers or floats.

    Attributes:
        kind: ``int`` or ``float``.
        low: Least example.
        high: Greatest example.
        values: Examples.
        closed: So many examples take so few small values that there are probably no others.
    """

    kind: type[Any]
    low: float
    high: float
    values: tuple[Any, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """Strings.

    Attributes:
        alphabet: Characters of the examples, sorted.
        shortest: Length of the shortest example.
        longest: Length of the longest.
        values: Examples.
    """

    alphabet: str
    shortest: int
    longest: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Lists, tuples or sets of any number of items.

    Attributes:
        kind: ``list``, ``tuple``, ``set`` or ``frozenset``.
        item: Shape of the items; None if every example is empty.
        shortest: Least number of items.
        longest: Greatest.
        ascending: Every example is sorted, and enough of them are long enough to tell.
        descending: Likewise in descending order.
        distinct: No example repeats an item, likewise.
        even_rows: The items are sequences, and within each example all of the same length.
        uniform: The items are of several types, but within each example of one.
        values: Examples.
    """

    kind: type[Any]
    item: Shape | None
    shortest: int
    longest: int
    ascending: bool = False
    descending: bool = False
    distinct: bool = False
    even_rows: bool = False
    uniform: bool = False
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Tuples or lists of a fixed number of items, each with a shape of its own."""

    kind: type[Any]
    items: tuple[Shape, ...]
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Dictionaries.

    Attributes:
        key: Shape of the keys; None if every example is empty.
        value: Shape of the values; likewise.
        fields: Keys that every example has, if the examples have no others.
        shortest: Least number of entries.
        longest: Greatest.
        values: Examples.
    """

    key: Shape | None
    value: Shape | None
    fields: tuple[Any, ...]
    shortest: int
    longest: int
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of which nothing is known but the examples."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Values of several shapes."""

    options: tuple[Shape, ...]


Shape = Numbers | Texts | Items | Record | Pairs | Choice | AnyOf


def shape_of(values: Sequence[Any], *, nested: bool = False) -> Shape | None:
    """The shape that values have in common.

    Args:
        values: Examples of one place.
        nested: They stand within a container; fixed lengths are taken more seriously there.

    Returns:
        None without examples.
    """
    groups: dict[type, list[Any]] = {}
    for value in values:
        groups.setdefault(type(value), []).append(value)
    shapes = tuple(_of_one_type(kind, group, nested) for kind, group in groups.items())
    if len(shapes) <= 1:
        return shapes[0] if shapes else None
    return AnyOf(shapes)


def _of_one_type(kind: type, values: list[Any], nested: bool) -> Shape:
    if kind in (int, float):
        finite = [value for value in values if value == value and abs(value) != float("inf")] or [0]
        held = _held(values)
        closed = len(values) >= _MANY and len(held) <= _FEW and min(finite) >= 0 and max(finite) < 10
        return Numbers(kind, min(finite), max(finite), held, closed)
    if kind is str:
        lengths = [len(value) for value in values]
        return Texts("".join(sorted(set("".join(values)))), min(lengths), max(lengths), _held(values))
    if kind in _SEQUENCES:
        return _of_sequences(kind, values, nested)
    if kind is dict:
        return _of_dicts(values)
    return Choice(_held(values))


def _held(values: Sequence[Any]) -> tuple[Any, ...]:
    """Some of the values, each once, in their order."""
    found: list[Any] = []
    seen: set[str] = set()
    for value in values:
        text = repr(value)
        if text not in seen:
            seen.add(text)
            found.append(value)
        if len(found) == _HELD:
            break
    return tuple(found)


def _of_sequences(kind: type, values: list[Any], nested: bool) -> Shape:
    lengths = [len(value) for value in values]
    if kind in (list, tuple) and _is_record(kind, values, lengths, nested):
        items = tuple(shape_of([value[place] for value in values], nested=True) for place in range(lengths[0]))
        return Record(kind, tuple(item for item in items if item is not None), _held(values))
    shape = Items(
        kind,
        shape_of([item for value in values for item in value], nested=True),
        min(lengths),
        max(lengths),
        values=_held(values),
    )
    if isinstance(shape.item, AnyOf) and all(map(is_uniform, values)):
        shape = replace(shape, uniform=True)
    if kind in (set, frozenset):
        return shape
    telling = [value for value in values if len(value) >= 3]
    if len(telling) >= 2:
        shape = replace(
            shape,
            ascending=all(in_order(value) for value in values),
            descending=all(in_order(value[::-1]) for value in values),
            distinct=all(_distinct(value) for value in values),
        )
    return replace(shape, even_rows=_even_rows(values))


def _is_record(kind: type, values: list[Any], lengths: list[int], nested: bool) -> bool:
    length = lengths[0]
    if not 1 <= length <= _RECORD_MAX or any(other != length for other in lengths):
        return False
    kinds = [{type(value[place]) for value in values} for place in range(length)]
    if len(values) >= 3 and all(len(found) == 1 for found in kinds) and len(set.union(*kinds)) > 1:
        return True  # ("name", 3): another type at each place
    return nested and len(values) >= (4 if kind is tuple else 6) and length >= 2


def is_uniform(value: Iterable[Any]) -> bool:
    """Whether all items are of one type; integers and floats count as one."""
    return len({float if type(item) is int else type(item) for item in value}) <= 1


def in_order(value: Sequence[Any]) -> bool:
    """Whether no item is greater than the next one; False where they cannot be compared."""
    try:
        return all(one <= other for one, other in itertools.pairwise(value))
    except TypeError:
        return False


def _distinct(value: Iterable[Any]) -> bool:
    texts = [repr(item) for item in value]
    return len(set(texts)) == len(texts)


def _even_rows(values: list[Any]) -> bool:
    rows = [value for value in values if len(value) >= 2]
    if not rows or not all(isinstance(item, list | tuple) for value in values for item in value):
        return False
    return all(len({len(item) for item in value}) == 1 for value in rows)


def _of_dicts(values: list[Any]) -> Shape:
    lengths = [len(value) for value in values]
    first = tuple(values[0])
    same = len(values) >= 2 and all(set(value) == set(first) for value in values)
    keys = [key for value in values for key in value]
    return Pairs(
        shape_of(keys, nested=True),
        shape_of([item for value in values for item in value.values()], nested=True),
        first if same else (),
        min(lengths),
        max(lengths),
        _held(values),
    )
