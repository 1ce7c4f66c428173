"""Which inputs make a small strong suite, given what they kill and what kinds of input they are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

from tasks.strengthen.cover import Goal, choose

_MUTANT = Goal(weight=8.0, times=6, decay=0.5)
_CANDIDATE = Goal(weight=12.0, times=3, decay=0.25)
_PAIR = Goal(weight=4.0)
_FEATURE = Goal(weight=1.0, times=8, decay=0.6)
_KILLS = frozenset("wr")
"""Outcomes that count as found. What took too long depends on the machine, so that a choice never rests on it."""
_MAX_GROUPS = 40


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of each input of a pool.

    Attributes:
        features: Structural features per input.
        mutants: One word per selection mutant, a letter per input: ``p`` passed, ``w`` wrong, ``r`` raised, else open.
        candidates: The same for recorded candidates.
        given: Indices of inputs that are in the suite anyway.
    """

    features: Sequence[frozenset[str]]
    mutants: Sequence[str] = ()
    candidates: Sequence[str] = ()
    given: Sequence[int] = ()


def choose_inputs(material: Material, *, at_most: int) -> tuple[int, ...]:
    """Indices of inputs to add: they kill mutants, tell candidates apart and differ in kind, in this order of weight.

    Mutants, and candidates, of the same word count once.

    Args:
        material: What is known of the pool.
        at_most: Inputs to add, >= 0.
    """
    mutants = sorted(set(material.mutants))
    groups = sorted(set(material.candidates))[:_MAX_GROUPS]
    achieved: list[frozenset[Hashable]] = []
    goals: dict[Hashable, Goal] = {("mutant", word): _MUTANT for word in mutants}
    goals |= {("candidate", word): _CANDIDATE for word in groups}
    goals |= {("pair", *pair): _PAIR for pair in combinations(groups, 2)}
    for place, features in enumerate(material.features):
        found: set[Hashable] = set(features)
        found |= {("mutant", word) for word in mutants if word[place] in _KILLS}
        found |= {("candidate", word) for word in groups if word[place] in _KILLS}
        found |= {("pair", left, right) for left, right in combinations(groups, 2) if _told_apart(left, right, place)}
        goals |= dict.fromkeys(features, _FEATURE)
        achieved.append(frozenset(found))
    return choose(achieved, goals, at_most=at_most, given=material.given)


def _told_apart(left: str, right: str, place: int) -> bool:
    return {left[place], right[place]} in ({"p", "w"}, {"p", "r"})


def killed(word: str, chosen: Sequence[int]) -> bool:
    """Whether some of the chosen inputs find a mutant."""
    return any(word[place] in _KILLS for place in chosen)
