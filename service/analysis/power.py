"""What a number of tasks can and cannot show about the difference of two models."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special, stats


@dataclass(frozen=True, slots=True)
class Power:
    """For a two-sided test at level ``alpha`` on the same tasks.

    Attributes:
        tasks: Tasks of both models.
        standard_deviation: Of the difference of a task's shares between the models.
        detectable: Smallest true difference that such a test finds with probability ``power``; None without spread.
        power: Wanted.
        alpha: Level.
        tasks_for_observed: Tasks that would be needed to find the observed difference; None where it is 0.
        statement: The same in a sentence.
    """

    tasks: int
    standard_deviation: float
    detectable: float | None
    power: float
    alpha: float
    tasks_for_observed: int | None
    statement: str


def paired_power(
    difference: float, standard_deviation: float, tasks: int, *, alpha: float = 0.05, power: float = 0.8
) -> Power:
    """Minimum detectable difference of a paired comparison.

    Args:
        difference: Observed, in [-1, 1].
        standard_deviation: Of the per-task difference, >= 0.
        tasks: At least one.
        alpha: Level.
        power: Wanted probability of finding a true difference.

    Source:
        (z_{1-α/2} + z_power) σ / √T and its inverse; with one sample per task σ² = (b+c)/T - (b-c)²/T².
    """
    reach = float(special.ndtri(1 - alpha / 2) + special.ndtri(power))
    detectable = reach * standard_deviation / math.sqrt(tasks) if standard_deviation > 0 else None
    needed = math.ceil((reach * standard_deviation / difference) ** 2) if abs(difference) > 1e-12 else None
    return Power(
        tasks,
        standard_deviation,
        detectable,
        power,
        alpha,
        needed,
        _statement(difference, detectable, tasks, power, needed),
    )


def _statement(difference: float, detectable: float | None, tasks: int, power: float, needed: int | None) -> str:
    if detectable is None:
        return f"The models agree on all {tasks} tasks: nothing can be said of how large a difference would be found."
    smallest = f"{tasks} tasks find a true difference of {100 * detectable:.1f} points with probability {power:.2f}"
    if needed is None:
        return f"{smallest}; smaller ones may be there and stay unseen."
    if abs(difference) >= detectable:
        return f"{smallest}; the observed {100 * abs(difference):.1f} points are no smaller."
    return f"{smallest}; to find one of the observed {100 * abs(difference):.1f} points, {needed} tasks are needed."


def mcnemar_power(first_only: float, second_only: float, tasks: int, alpha: float = 0.05) -> float:
    """Power of the exact McNemar test for true shares of tasks that only one model solves.

    Args:
        first_only: P(only the first model solves a task).
        second_only: P(only the second does); the two add up to at most 1.
        tasks: At most a few thousand.
        alpha: Level.

    Source:
        Sum over the binomial number of differing tasks of the power of the exact sign test.
    """
    differing = first_only + second_only
    if differing <= 0:
        return 0.0
    total = 0.0
    for count in range(1, tasks + 1):
        weight = float(stats.binom.pmf(count, tasks, differing))
        if weight < 1e-12:
            continue
        # The largest k with 2 P[Bin(count, ½) <= k] <= alpha rejects on both sides.
        edge = int(stats.binom.ppf(alpha / 2, count, 0.5))
        while edge >= 0 and 2 * stats.binom.cdf(edge, count, 0.5) > alpha:
            edge -= 1
        if edge >= 0:
            share = first_only / differing
            both = stats.binom.cdf(edge, count, share) + stats.binom.sf(count - edge - 1, count, share)
            total += weight * float(both)
    return total
