"""Small changes to inputs: one item more, a sign turned, a word doubled. Pure; randomness is an argument."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from tasks.strategies.shapes import AnyOf, Items, Numbers, Pairs, Record, Shape, Texts

_SPECIAL = (0, 1, -1, 2, 10, -10, 100)
_LARGEST = 10**7


class Mutation:
    """Mutates values of known shapes.

    Args:
        rng: Source of randomness.
        bold: Signs may turn, containers may become empty and strings may meet new characters.
        characters: Characters that strings may meet.
    """

    def __init__(self, rng: random.Random, bold: bool, characters: str) -> None:
        self._rng = rng
        self._bold = bold
        self._characters = characters

    def mutated(self, value: Any, shape: Shape | None) -> Any:
        """A changed value, of the same type unless the shape allows several."""
        shape = _fitting(shape, value)
        kind = type(value)
        if kind is bool:
            return not value
        if kind is int:
            return self._integer(value, shape)
        if kind is float:
            return self._float(value, shape)
        if kind is str:
            return self._text(value, shape)
        if kind in (list, tuple):
            return kind(self._sequence(list(value), shape))
        if kind in (set, frozenset):
            return kind(self._sequence(sorted(value, key=repr), shape))
        if kind is dict:
            return self._dict(value, shape)
        return value

    # -- numbers --------------------------------------------------------------------------------

    def _integer(self, value: int, shape: Shape | None) -> int:
        changes: list[Callable[[], int]] = [
            lambda: value + 1,
            lambda: value - 1,
            lambda: value + self._rng.choice((-10, -3, -2, 2, 3, 10)),
            lambda: value * self._rng.choice((2, 10)),
            lambda: value // self._rng.choice((2, 10)),
            lambda: self._rng.choice(_SPECIAL),
            lambda: self._donor(shape, value),
        ]
        if self._bold:
            changes.append(lambda: -value)
        found = self._rng.choice(changes)()
        if not self._bold and isinstance(shape, Numbers) and shape.low >= 0:
            found = max(found, min(1, int(shape.low)))
        return found if abs(found) <= max(_LARGEST, abs(value)) else value

    def _float(self, value: float, shape: Shape | None) -> float:
        changes: list[Callable[[], float]] = [
            lambda: value + 1,
            lambda: value - 1,
            lambda: round(value * self._rng.choice((0.5, 2.0, 10.0, 0.1)), 4),
            lambda: float(round(value)) if abs(value) < _LARGEST else value,
            lambda: self._rng.choice((0.0, 1.0, 0.5, 2.0)),
            lambda: self._donor(shape, value),
        ]
        if self._bold:
            changes.append(lambda: -value)
        found = float(self._rng.choice(changes)())
        if not self._bold and isinstance(shape, Numbers) and shape.low >= 0:
            found = abs(found)
        return found

    def _donor(self, shape: Shape | None, value: Any) -> Any:
        values = [other for other in getattr(shape, "values", ()) if type(other) is type(value)]
        return self._rng.choice(values) if values else value

    # -- strings --------------------------------------------------------------------------------

    def _text(self, value: str, shape: Shape | None) -> str:
        fixed = isinstance(shape, Texts) and shape.shortest == shape.longest and not self._bold
        if not value:
            return value if fixed else self._character(shape)
        place = self._rng.randrange(len(value))
        other = self._rng.randrange(len(value))
        first, last = sorted((place, other))
        if fixed:
            return value[:place] + self._character(shape) + value[place + 1 :]
        changes: list[Callable[[], str]] = [
            lambda: value[:place] + value[place + 1 :],
            lambda: value[: place + 1] + value[place:],
            lambda: value[:place] + self._character(shape) + value[place:],
            lambda: value[:place] + self._character(shape) + value[place + 1 :],
            lambda: value[:first] + value[last:],
            lambda: value[: last + 1] + value[first:],
            lambda: self._words(value),
            lambda: self._words(value),
            lambda: value + self._character(shape),
            lambda: value[::-1],
            lambda: self._donor(shape, value),
        ]
        if self._bold:
            changes += [
                lambda: value[:place] + value[place].swapcase() + value[place + 1 :],
                lambda: value.swapcase(),
                lambda: value + value,
                lambda: value + " ",
                lambda: " " + value,
            ]
        return self._rng.choice(changes)()

    def _words(self, value: str) -> str:
        """Words dropped, doubled, swapped; separators doubled."""
        mark = self._rng.choice([mark for mark in " ,.-_/;:" if mark in value] or [" "])
        words = value.split(mark)
        place = self._rng.randrange(len(words))
        match self._rng.randrange(5):
            case 0:
                del words[place]
            case 1:
                words.insert(place, words[place])
            case 2:
                self._rng.shuffle(words)
            case 3:
                words[place] = words[place].swapcase() if self._bold else words[-1]
            case _:
                words.insert(place, "" if self._bold else words[place])
        return mark.join(words)

    def _character(self, shape: Shape | None) -> str:
        own = shape.alphabet if isinstance(shape, Texts) else ""
        if own and (not self._bold or self._rng.random() < 0.6):
            return self._rng.choice(own)
        return self._rng.choice(self._characters or own or "a")

    # -- containers -----------------------------------------------------------------------------

    def _sequence(self, value: list[Any], shape: Shape | None) -> list[Any]:
        if isinstance(shape, Record):
            place = self._rng.randrange(len(value)) if value else 0
            return [
                self.mutated(item, shape.items[index]) if index == place else item for index, item in enumerate(value)
            ]
        item = shape.item if isinstance(shape, Items) else None
        found = self._changed(value, shape, item)
        if not self._bold and isinstance(shape, Items) and len(found) < shape.shortest:
            return value
        return self._kept_order(found, shape)

    def _changed(self, value: list[Any], shape: Shape | None, item: Shape | None) -> list[Any]:
        if not value:
            return self._fresh_items(shape, 1)
        place = self._rng.randrange(len(value))
        other = self._rng.randrange(len(value))
        match self._rng.randrange(10):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return [*value[:place], value[other], *value[place:]]
            case 2:
                return value[:place] + self._fresh_items(shape, 1) + value[place:]
            case 3:
                swapped = list(value)
                swapped[place], swapped[other] = swapped[other], swapped[place]
                return swapped
            case 4:
                return self._rng.choice([value[::-1], value[: place + 1], value[place:], value + value])
            case 5:
                return [*value[:place], value[other], *value[place + 1 :]]
            case 6 if self._bold:
                return self._rng.choice([[], value[:1], [value[place]] * 2, [value[place]] * len(value)])
            case _:
                changed = self.mutated(value[place], item)
                return [*value[:place], changed, *value[place + 1 :]]

    def _fresh_items(self, shape: Shape | None, count: int) -> list[Any]:
        """Items of other examples, changed a little."""
        if not isinstance(shape, Items):
            return []
        pool = [item for value in shape.values for item in value]
        if not pool:
            return []
        chosen = [self._rng.choice(pool) for _ in range(count)]
        return [self.mutated(item, shape.item) if self._rng.random() < 0.5 else item for item in chosen]

    def _kept_order(self, value: list[Any], shape: Shape | None) -> list[Any]:
        if not isinstance(shape, Items) or (self._bold and self._rng.random() < 0.5):
            return value
        if shape.distinct:
            value = [item for index, item in enumerate(value) if item not in value[:index]]
        if shape.ascending or shape.descending:
            try:
                return sorted(value, reverse=not shape.ascending)
            except TypeError:
                return value
        return value

    def _dict(self, value: dict[Any, Any], shape: Shape | None) -> dict[Any, Any]:
        pairs = shape if isinstance(shape, Pairs) else None
        if not value:
            return dict(self._rng.choice(pairs.values)) if pairs and pairs.values else {}
        key = self._rng.choice(list(value))
        fixed = pairs is not None and bool(pairs.fields)
        match self._rng.randrange(4):
            case 0 if not fixed and (self._bold or len(value) > (pairs.shortest if pairs else 1)):
                return {name: item for name, item in value.items() if name != key}
            case 1 if not fixed:
                changed = self.mutated(key, pairs.key if pairs else None)
                return {(changed if name == key else name): item for name, item in value.items()}
            case 2 if not fixed and pairs is not None and pairs.values:
                return {**value, **self._rng.choice(pairs.values)}
            case _:
                return {**value, key: self.mutated(value[key], pairs.value if pairs else None)}


def _fitting(shape: Shape | None, value: Any) -> Shape | None:
    """The option of a shape that a value belongs to."""
    if not isinstance(shape, AnyOf):
        return shape
    return next((option for option in shape.options if _fits(option, value)), None)


def _fits(shape: Shape, value: Any) -> bool:
    match shape:
        case Numbers(kind=kind) | Items(kind=kind) | Record(kind=kind):
            return type(value) is kind
        case Texts():
            return type(value) is str
        case Pairs():
            return type(value) is dict
        case _:
            return False


def mutate_args(
    args: Sequence[Any], shapes: Sequence[Shape], mutation: Mutation, rng: random.Random
) -> tuple[Any, ...]:
    """Arguments with one to four changes, most often few."""
    values = list(args)
    if not values:
        return ()
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        place = rng.randrange(len(values))
        values[place] = mutation.mutated(values[place], shapes[place])
    return tuple(values)
