"""Chooses a small suite: greedily, by what each further input adds."""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Goal:
    """Something that inputs can achieve.

    Attributes:
        weight: What achieving it first is worth, > 0.
        times: How often it is worth achieving, >= 1.
        decay: Each further time is worth this share of the one before, in (0, 1].
    """

    weight: float
    times: int = 1
    decay: float = 0.5


@dataclass(slots=True)
class _Progress:
    goals: Mapping[Hashable, Goal]
    reached: dict[Hashable, int] = field(default_factory=dict)

    def gain(self, achieved: frozenset[Hashable]) -> float:
        return math.fsum(map(self._worth, achieved))  # exact, so that the order of a set does not matter

    def _worth(self, each: Hashable) -> float:
        goal = self.goals.get(each)
        count = self.reached.get(each, 0)
        return goal.weight * goal.decay**count if goal is not None and count < goal.times else 0.0

    def take(self, achieved: frozenset[Hashable]) -> None:
        for each in achieved:
            self.reached[each] = self.reached.get(each, 0) + 1


def choose(
    achieved: Sequence[frozenset[Hashable]],
    goals: Mapping[Hashable, Goal],
    *,
    at_most: int,
    given: Sequence[int] = (),
) -> tuple[int, ...]:
    """Indices of inputs that achieve much together.

    Greedy choice by gain, the earlier input first where two gain the same; for a sum with diminishing returns
    it is within 1 - 1/e of the best choice of that size.

    Args:
        achieved: Per input what it achieves.
        goals: What each of that is worth; what is no goal counts nothing.
        at_most: Inputs to choose, >= 0.
        given: Indices of inputs that are there anyway; they are not chosen again.

    Returns:
        In the order of the choice; fewer than ``at_most`` when nothing more is gained.

    Source:
        Nemhauser, Wolsey and Fisher 1978, "An analysis of approximations for maximizing submodular set functions";
        evaluated lazily after Minoux 1978.
    """
    progress = _Progress(goals)
    for place in given:
        progress.take(achieved[place])
    taken = set(given)
    heap = [(-progress.gain(each), place) for place, each in enumerate(achieved) if place not in taken]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < at_most:
        _, place = heapq.heappop(heap)
        gain = progress.gain(achieved[place])
        if gain <= 0:
            continue
        if heap and heap[0] < (-gain, place):  # what stands first may have lost worth since it was put there
            heapq.heappush(heap, (-gain, place))
            continue
        chosen.append(place)
        progress.take(achieved[place])
    return tuple(chosen)
