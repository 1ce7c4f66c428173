"""How strong a suite is: mutation score, blind-spot rate and false-alarm rate, from counts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.analysis.bootstrap import bca_of
from service.analysis.estimates import Estimate
from service.errors import InvalidInput

_REPLICATES = 1000


@dataclass(frozen=True, slots=True)
class MutationCount:
    """Mutants of one operator, or of several together.

    Attributes:
        total: Mutants that were run, >= 0.
        killed: Mutants that the suite refused.
        equivalent: Mutants that no input of a pool told from the reference: not distinguished, so not held
            against the suite. Being equivalent cannot be decided; this is what stands for it.
    """

    total: int
    killed: int
    equivalent: int = 0

    def __post_init__(self) -> None:
        """Check that the counts go together.

        Raises:
            InvalidInput: If one is negative, or killed and equivalent mutants are more than there are.
        """
        if min(self.total, self.killed, self.equivalent) < 0 or self.killed + self.equivalent > self.total:
            raise InvalidInput("killed and equivalent mutants are at most all of them, and none is negative")

    def __add__(self, other: MutationCount) -> MutationCount:
        """Both together."""
        return MutationCount(self.total + other.total, self.killed + other.killed, self.equivalent + other.equivalent)


@dataclass(frozen=True, slots=True)
class Strength:
    """Strength of a suite.

    Attributes:
        score: Mutation score, in [0, 1]; None without a mutant that counts.
        blind_spot_rate: Mutants that pass, of those that count; None without one.
        counts: What it was made of.
    """

    score: float | None
    blind_spot_rate: float | None
    counts: MutationCount


def strength(counts: MutationCount) -> Strength:
    """Mutation score = killed / (total − equivalent), blind-spot rate = 1 − score.

    Args:
        counts: Of one operator or of several.

    Source:
        DeMillo, Lipton and Sayward 1978 for the score; equivalent mutants are left out of the denominator.
    """
    counted = counts.total - counts.equivalent
    if counted == 0:
        return Strength(None, None, counts)
    score = counts.killed / counted
    return Strength(score, 1.0 - score, counts)


def pooled(counts: Mapping[str, MutationCount]) -> Strength:
    """Strength over all operators: their mutants in one pot."""
    return strength(sum(counts.values(), MutationCount(0, 0)))


def score_over_tasks(counts: Sequence[MutationCount], seed: int = 0) -> Estimate | None:
    """Mutation score of many tasks' mutants in one pot, with an interval over tasks.

    Args:
        counts: One per task; tasks without a mutant that counts are left out.
        seed: Of the bootstrap.

    Returns:
        None without a mutant that counts; without an interval for a single task.
    """
    rows = [(count.killed, count.total - count.equivalent) for count in counts if count.total > count.equivalent]
    if not rows:
        return None
    columns = np.asarray(rows, dtype=np.float64)
    value = float(columns[:, 0].sum() / columns[:, 1].sum())
    method = "killed / (mutants - not distinguished), pooled; BCa bootstrap over tasks"
    if len(rows) == 1:
        return Estimate(value, None, 1, f"{method}: none for a single task")
    band = bca_of(_ratio, columns, np.random.default_rng(seed), replicates=_REPLICATES)
    return Estimate(value, band.interval(), len(rows), method)


def _ratio(means: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    ratio: np.ndarray[Any, np.dtype[np.float64]] = (means[:, 0] / means[:, 1])[:, None]
    return ratio


def false_alarm_rate(controls: int, killed: int) -> float | None:
    """Equivalent-by-construction controls that a suite refuses, of all of them; None without one.

    Raises:
        InvalidInput: If more are refused than there are, or a count is negative.
    """
    if not 0 <= killed <= controls:
        raise InvalidInput("refused controls are at most all of them, and none is negative")
    return killed / controls if controls else None


def lower_outliers(scores: Sequence[float], *, spread: float = 3.0, floor: float = 0.05) -> float:
    """The score below which a suite is weak compared with the other suites of its kind.

    The median less ``spread`` robust standard deviations, each at least ``floor``: with suites that are all alike
    a small difference says nothing.

    Args:
        scores: One per suite, in [0, 1], at least one.
        spread: Robust standard deviations, > 0.
        floor: Least standard deviation that is reckoned with, > 0.

    Returns:
        A score; it may be negative, and then no suite is below it.

    Raises:
        InvalidInput: Without a score.

    Source:
        Median absolute deviation times 1.4826, Hampel 1974.
    """
    if not scores:
        raise InvalidInput("there is no score")
    middle = _median(scores)
    deviation = 1.4826 * _median([abs(score - middle) for score in scores])
    return middle - spread * max(deviation, floor)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else math.fsum(ordered[half - 1 : half + 1]) / 2
