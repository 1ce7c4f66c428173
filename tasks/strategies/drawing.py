"""Hypothesis strategies for shapes: values that look like the examples, bolder ones where a contract guards."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tasks.strategies.constants import Constants
from tasks.strategies.shapes import AnyOf, Choice, Items, Numbers, Pairs, Record, Shape, Texts

_MAX_ITEMS = 12
_MAX_TEXT = 16
_LARGEST = 1_000_000
_SEPARATORS = " ,.;:-_/|'\n\t"
_MIXED: tuple[Any, ...] = (True, False, None, 0, 1, -3, 2.5, "", "a", "1", [], [1], {}, (1,))
"""What a list whose examples mix types may also hold."""


class Drawing:
    """Makes strategies for shapes.

    Args:
        bold: Inputs outside the task's contract will be found out, so edges that no example shows are tried, too.
        constants: What the task mentions.
    """

    def __init__(self, bold: bool, constants: Constants) -> None:
        self._bold = bold
        self._constants = constants

    def values(self, shape: Shape) -> SearchStrategy[Any]:
        """Values of a shape."""
        match shape:
            case Numbers(kind=kind) if kind is int:
                return self.integers(shape)
            case Numbers():
                return self.floats(shape)
            case Texts():
                return self.texts(shape)
            case Items():
                return self.items(shape)
            case Record(kind, items):
                return st.tuples(*map(self.values, items)).map(kind)
            case Pairs():
                return self.pairs(shape)
            case Choice(values):
                return self.choice(values)
            case AnyOf(options):
                known = [self.values(option) for option in options]
                return st.one_of(*known, st.sampled_from(_MIXED)) if self._mixes(options) else st.one_of(*known)

    def choice(self, values: tuple[Any, ...]) -> SearchStrategy[Any]:
        """The examples themselves, both booleans, or complex numbers."""
        kinds = {type(value) for value in values}
        if kinds == {bool}:
            return st.booleans()
        if kinds == {complex}:
            halves = st.integers(-20, 20).map(lambda value: value / 2)
            return st.builds(complex, halves, halves)
        return st.sampled_from(values)

    def _mixes(self, options: tuple[Shape, ...]) -> bool:
        """Whether anything goes: numbers next to strings or containers."""
        numeric = sum(isinstance(option, Numbers) for option in options)
        return self._bold and 0 < numeric < len(options) and len(options) >= 3

    def integers(self, shape: Numbers) -> SearchStrategy[int]:
        """Integers around the examples, small ones and, boldly, edges on both sides of zero."""
        low, high = int(shape.low), int(shape.high)
        reach = min(_LARGEST, max(20, 2 * high, -2 * low))
        if self._bold:
            least = -reach
        elif low >= 0:
            least = min(low, 1)
        else:
            least = -reach
        top = max(reach, high)
        if shape.closed and not self._bold:
            return st.integers(low, high)
        options = [st.integers(max(least, -12), 12), st.integers(least, top)]
        if shape.values:
            near = st.builds(
                lambda value, step: max(least, value + step), st.sampled_from(shape.values), st.integers(-2, 2)
            )
            options += [near, near]
        known = [value for value in self._constants.integers if least <= value <= top]
        if known:
            options.append(
                st.builds(lambda value, step: max(least, value + step), st.sampled_from(known), st.integers(-1, 1))
            )
        return st.one_of(*options)

    def floats(self, shape: Numbers) -> SearchStrategy[float]:
        """Floats of few digits around the examples, whole ones among them."""
        reach = min(float(_LARGEST), max(10.0, 2 * abs(shape.high), 2 * abs(shape.low)))
        least = -reach if self._bold or shape.low < 0 else 0.0
        hundredths = st.integers(int(least * 100), int(reach * 100)).map(lambda value: value / 100)
        small = st.integers(max(int(least * 2), -20), 20).map(lambda value: value / 2)
        options = [hundredths, small]
        if shape.values:
            options.append(st.sampled_from(shape.values))
        return st.one_of(*options)

    # -- strings --------------------------------------------------------------------------------

    def texts(self, shape: Texts) -> SearchStrategy[str]:
        """Strings of the examples' characters and words; boldly, of kindred characters and of none."""
        shortest = 0 if self._bold else shape.shortest
        longest = max(min(2 * shape.longest, _MAX_TEXT), shape.longest if shape.longest < 4 else 4, shortest)
        if shape.shortest == shape.longest and shape.longest == 1:
            longest = 2 if self._bold else 1
        alphabet = self.alphabet(shape)
        options = [
            _text(alphabet, shortest, longest),
            st.sets(st.sampled_from(alphabet), min_size=1, max_size=3).flatmap(
                lambda few: _text("".join(sorted(few)), shortest, longest)
            ),
        ]
        words = self._words(shape)
        if words:
            joined = st.builds(
                lambda parts, separator: separator.join(parts),
                st.lists(st.sampled_from(words), min_size=0 if self._bold else 1, max_size=6),
                st.sampled_from(self._joints(shape)),
            )
            options += [joined, joined] if any(mark in shape.alphabet for mark in _SEPARATORS) else [joined]
        if self._bold and shape.longest > 1:
            mirrored = _text(alphabet, 0, 5).flatmap(
                lambda half: st.sampled_from([half + half[::-1], half + half[-2::-1] if half else half, half * 2])
            )
            options.append(mirrored)
        return st.one_of(*options)

    def alphabet(self, shape: Texts) -> str:
        """Characters to build from: those of the examples and others of their classes."""
        seen = set(shape.alphabet)
        for group, some in (
            (string.ascii_lowercase, "abcdeiouxyz"),
            (string.ascii_uppercase, "ABCEIOXYZ"),
            (string.digits, string.digits if len(seen & set(string.digits)) > 2 else ""),
        ):
            if seen & set(group):
                seen |= set(some)
        if self._bold:
            letters = seen & set(string.ascii_letters)
            if letters:
                seen |= set("aAbBzZ01 _")
            seen |= set(" .,!-") if seen & set(" .,!?-") else set()
        return "".join(sorted(seen)) or "ab"

    def _words(self, shape: Texts) -> list[str]:
        found: dict[str, None] = {}
        for value in shape.values:
            for word in _split(value):
                found[word] = None
        own = set(shape.alphabet)
        for text in self._constants.texts:
            if self._bold or set(text) <= own:
                found[text] = None
        return list(found)[:80]

    def _joints(self, shape: Texts) -> list[str]:
        marks = [mark for mark in _SEPARATORS if mark in shape.alphabet] or [""]
        return [*marks, *(mark * 2 for mark in marks)] if self._bold else marks

    # -- containers -----------------------------------------------------------------------------

    def items(self, shape: Items) -> SearchStrategy[Any]:
        """Sequences and sets: with repeats, in order, all equal, empty."""
        shortest = 0 if self._bold else shape.shortest
        longest = max(shortest, min(_MAX_ITEMS, max(2 * shape.longest, 5)), 1)
        if shape.item is None:
            return st.just(shape.kind())
        if shape.uniform and isinstance(shape.item, AnyOf):
            return st.one_of([self.items(replace(shape, item=option, uniform=False)) for option in shape.item.options])
        item = self.values(shape.item)
        if shape.kind in (set, frozenset):
            return st.lists(item, min_size=shortest, max_size=longest).map(shape.kind)
        plain = st.lists(item, min_size=shortest, max_size=longest)
        few = st.lists(item, min_size=1, max_size=3).flatmap(
            lambda pool: st.lists(st.sampled_from(pool), min_size=shortest, max_size=longest)
        )
        options = [plain, plain] if shape.distinct and not self._bold else [plain, few]
        if shape.even_rows and isinstance(shape.item, Items):
            rows = self._rows(shape, shape.item)
            options = [rows, rows, rows, plain] if self._bold else [rows]
        made = st.one_of(*options)
        if shape.distinct:
            made = st.one_of(made, made.map(_without_repeats)) if self._bold else made.map(_without_repeats)
        if shape.ascending or shape.descending:
            ordered = made.map(lambda value: _ordered(value, descending=not shape.ascending))
            made = st.one_of(ordered, ordered, made) if self._bold else ordered
        elif self._bold:
            made = st.one_of(made, made, made, made.map(lambda value: _ordered(value, descending=False)))
        return made.map(shape.kind)

    def _rows(self, shape: Items, row: Items) -> SearchStrategy[list[Any]]:
        assert row.item is not None or row.longest == 0
        item = self.values(row.item) if row.item is not None else st.nothing()
        square = all(len(value) == len(value[0]) for value in shape.values if value)
        least = max(1, shape.shortest if not self._bold else 1)
        heights = st.integers(least, max(least, min(_MAX_ITEMS, shape.longest + 2)))
        widths = st.integers(max(1, min(row.shortest, 6)), max(1, min(6, row.longest + 2)))

        def sized(size: tuple[int, int]) -> SearchStrategy[list[Any]]:
            width = size[0] if square else size[1]
            one = st.lists(item, min_size=width, max_size=width).map(row.kind)
            return st.lists(one, min_size=size[0], max_size=size[0])

        return st.tuples(heights, widths).flatmap(sized)

    def pairs(self, shape: Pairs) -> SearchStrategy[Any]:
        """Dictionaries: of the examples' fields, or of any keys of their shape."""
        if shape.key is None or shape.value is None:
            return st.just({})
        value = self.values(shape.value)
        if shape.fields:
            by_field = dict.fromkeys(shape.fields, value)
            for key in shape.fields:
                by_field[key] = st.sampled_from([example[key] for example in shape.values])
            if not isinstance(shape.value, AnyOf):
                by_field = dict.fromkeys(shape.fields, value)
            return st.fixed_dictionaries(by_field)
        keys = _hashable(self.values(shape.key))
        least = 0 if self._bold else shape.shortest
        entries = st.lists(
            st.tuples(keys, value), min_size=least, max_size=max(least, min(_MAX_ITEMS, shape.longest + 3))
        )
        return entries.map(dict)


def _text(alphabet: str, shortest: int, longest: int) -> SearchStrategy[str]:
    return st.lists(st.sampled_from(alphabet), min_size=shortest, max_size=longest).map("".join)


def _split(text: str) -> list[str]:
    for mark in _SEPARATORS:
        text = text.replace(mark, " ")
    return [word for word in text.split(" ") if word]


def _hashable(keys: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return keys.map(lambda key: tuple(key) if isinstance(key, list) else key)


def _without_repeats(value: list[Any]) -> list[Any]:
    seen: set[str] = set()
    return [item for item in value if not (repr(item) in seen or seen.add(repr(item)))]  # type: ignore[func-returns-value]


def _ordered(value: list[Any], *, descending: bool) -> list[Any]:
    try:
        return sorted(value, reverse=descending)
    except TypeError:
        return value
