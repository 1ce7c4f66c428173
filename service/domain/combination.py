"""Combinations of verifiers: rules, and what they say of a candidate of whose parts something is known.

A rule is a JSON object: ``{"all_of": [...]}``, ``{"any_of": [...]}``, ``{"at_least": 2, "of": [...]}`` or
``{"weighted": {"base": 1.0, "similarity": 0.5}, "threshold": 1.2}``. Logic is three-valued (Kleene): a part without
a verdict leaves the combination without one, unless the other parts decide it whatever that part would say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.errors import InvalidInput

MOST_PARTS = 32
MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of one part: its verdict, its score in [0, 1], or neither."""

    accepted: bool | None = None
    score: float | None = None

    @property
    def weight(self) -> float | None:
        """What a weighted rule counts: the score where there is one, else 1 or 0; None without a verdict."""
        if self.score is not None:
            return self.score
        return None if self.accepted is None else float(self.accepted)


@dataclass(frozen=True, slots=True)
class Combination:
    """A rule whose parts are verifiers by name, or other combinations as they were when it was defined.

    Attributes:
        parts: Names in the rule's order.
        inner: Parts that are combinations themselves.
        least: Accepting parts that are needed; None for a weighted rule.
        weights: Of a weighted rule, one per part.
        threshold: Of a weighted rule.
    """

    parts: tuple[str, ...]
    inner: Mapping[str, Combination]
    least: int | None = None
    weights: tuple[float, ...] = ()
    threshold: float = 0.0

    def leaves(self) -> Iterator[str]:
        """Verifiers that it rests on in the end, each once, in order."""
        seen: set[str] = set()
        for part in self.parts:
            found = self.inner[part].leaves() if part in self.inner else iter((part,))
            for leaf in found:
                if leaf not in seen:
                    seen.add(leaf)
                    yield leaf

    def names(self) -> frozenset[str]:
        """Every name that it mentions, directly or through its parts."""
        inner = (combination.names() for combination in self.inner.values())
        return frozenset(self.parts).union(*inner)

    def weighs(self) -> frozenset[str]:
        """Leaves whose scores count, should they have any."""
        found = {part for part in self.parts if part not in self.inner and self.least is None}
        return frozenset(found).union(*(combination.weighs() for combination in self.inner.values()))

    @property
    def rises(self) -> bool:
        """Whether a higher score of a part never turns it from yes to no: no weight is negative."""
        return all(weight > 0 for weight in self.weights) and all(part.rises for part in self.inner.values())

    def evaluate(self, said: Callable[[str], Said]) -> Said:
        """What the combination says, given what is known of each leaf."""
        known = [self.inner[part].evaluate(said) if part in self.inner else said(part) for part in self.parts]
        if self.least is None:
            return self._weigh(known)
        yes = sum(part.accepted is True for part in known)
        open_ = sum(part.accepted is None for part in known)
        if yes >= self.least:
            return Said(True)
        return Said(False) if yes + open_ < self.least else Said()

    def _weigh(self, known: Sequence[Said]) -> Said:
        given = [(weight, part.weight) for weight, part in zip(self.weights, known, strict=True)]
        low = math.fsum(min(weight, 0.0) if value is None else weight * value for weight, value in given)
        high = math.fsum(max(weight, 0.0) if value is None else weight * value for weight, value in given)
        if any(value is None for _, value in given):
            decided = True if low >= self.threshold else False if high < self.threshold else None
            return Said(decided)
        least = math.fsum(min(weight, 0.0) for weight in self.weights)
        most = math.fsum(max(weight, 0.0) for weight in self.weights)
        return Said(low >= self.threshold, min(1.0, max(0.0, (low - least) / (most - least))))


def read_rule(document: Mapping[str, Any], pointer: str = "/rule") -> Combination:
    """A rule as it came in, with its parts as mere names.

    Raises:
        InvalidInput: If it is not of a known form; the pointer names the place.
    """
    keys = set(document)
    if keys == {"all_of"}:
        parts = _names(document["all_of"], f"{pointer}/all_of")
        return Combination(parts, {}, len(parts))
    if keys == {"any_of"}:
        return Combination(_names(document["any_of"], f"{pointer}/any_of"), {}, 1)
    if keys == {"at_least", "of"}:
        parts = _names(document["of"], f"{pointer}/of")
        least = document["at_least"]
        if not isinstance(least, int) or isinstance(least, bool) or not 1 <= least <= len(parts):
            raise InvalidInput(f"at_least must be a whole number from 1 to {len(parts)}", f"{pointer}/at_least")
        return Combination(parts, {}, least)
    if keys == {"weighted", "threshold"}:
        return _weighted(document["weighted"], document["threshold"], pointer)
    raise InvalidInput(
        "a rule is one of all_of, any_of, at_least with of, weighted with threshold, static_policy", pointer
    )


def _names(given: object, pointer: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PARTS:
        raise InvalidInput(f"give a list of 1 to {MOST_PARTS} verifiers", pointer)
    for index, name in enumerate(given):
        if not isinstance(name, str) or not name:
            raise InvalidInput("a part is the name of a verifier", f"{pointer}/{index}")
        if name in given[:index]:
            raise InvalidInput(f"the verifier {name!r} stands here twice", f"{pointer}/{index}")
    return tuple(given)


def _weighted(weights: object, threshold: object, pointer: str) -> Combination:
    if not isinstance(weights, dict) or not 1 <= len(weights) <= MOST_PARTS:
        raise InvalidInput(f"give an object of 1 to {MOST_PARTS} verifiers with their weights", f"{pointer}/weighted")
    for name, weight in weights.items():
        if not _is_number(weight) or weight == 0:
            raise InvalidInput("a weight is a number other than 0", f"{pointer}/weighted/{_escaped(name)}")
    if not _is_number(threshold):
        raise InvalidInput("the threshold is a number", f"{pointer}/threshold")
    assert isinstance(threshold, int | float)
    return Combination(
        tuple(weights), {}, weights=tuple(float(weight) for weight in weights.values()), threshold=float(threshold)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e9


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def pointer_of(document: Mapping[str, Any], part: str, pointer: str = "/rule") -> str:
    """Where a rule names a part."""
    for key in ("all_of", "any_of", "of"):
        if key in document:
            return f"{pointer}/{key}/{document[key].index(part)}"
    return f"{pointer}/weighted/{_escaped(part)}"


def bound(document: Mapping[str, Any], depth: int = 0) -> Combination:
    """A stored combination: ``rule`` as it was given, ``inner`` the parts that are combinations, each stored alike.

    Raises:
        InvalidInput: If combinations are nested too deep.
    """
    if depth >= MOST_DEPTH:
        raise InvalidInput(f"combinations may be nested {MOST_DEPTH} deep", "/rule")
    read = read_rule(document["rule"])
    inner = {name: bound(part, depth + 1) for name, part in document["inner"].items()}
    return Combination(read.parts, inner, read.least, read.weights, read.threshold)
