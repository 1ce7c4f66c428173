"""How good a verifier must be, from the counts of each task, against a strong model's single sample.

A better verifier is one that lets a share x of the present false positives pass, each independently, and keeps the
true positives: x = 1 is the present one, x = 0 a perfect one, and m further independent suites of fpr f have x = f^m.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import optimize, stats

from service.analysis.decisions import FloatArray, IntArray, estimated, first_accepted
from service.analysis.estimates import Estimate
from service.analysis.resampling_counts import TaskCounts

MOST_CELLS = 400_000
_GRID = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 49)])
_TINY = 1e-9


class Measure(StrEnum):
    """What is compared with the strong model's accuracy."""

    ALL_TASKS = "all_tasks"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What it takes.

    Attributes:
        target: The strong model's single-sample accuracy.
        present: The measure with the present verifier.
        perfect: The measure with a verifier without false positives.
        difference: Present measure minus target, over the same tasks.
        scale: Largest share of the present false positives that may remain; None where no verifier gets there.
        fdr_now: P(wrong | accepted) of the present verifier, pooled.
        fpr_now: P(accepted | wrong) of the present verifier, pooled.
        fdr: At that scale.
        fpr: At that scale.
    """

    target: float
    present: float
    perfect: float
    difference: Estimate | None
    scale: Estimate | None
    fdr_now: float | None
    fpr_now: float | None
    fdr: float | None
    fpr: float | None


def cells_needed(tasks: Sequence[TaskCounts]) -> int:
    """Size of the tables that ``required_of_tasks`` makes; more than ``MOST_CELLS`` is too much."""
    most = max((task.accepted - task.accepted_correct for task in tasks), default=0)
    return len({(t.samples, t.accepted, t.accepted_correct) for t in tasks}) * (most + 1)


def required_of_tasks(
    tasks: Sequence[TaskCounts],
    strong: float | Sequence[float],
    *,
    budget: int | None,
    measure: Measure = Measure.ALL_TASKS,
    seed: int = 0,
    confidence: float = 0.95,
) -> Requirement:
    """The quality that the weak model's verifier needs.

    Args:
        tasks: Of the weak model, each with at least ``budget`` samples, at least one task.
        strong: The strong model's single-sample accuracy: a known number, or one per task in the same order.
        budget: Samples of the weak model, None without limit (every task then ends, by its shares).
        measure: ``all_tasks`` counts abstentions as failures; ``answered`` leaves them out.
        seed: Of the bootstrap.
        confidence: Of the intervals.

    Raises:
        ValueError: If a task has fewer samples than the budget, or there is none.

    Source:
        Expectation over binomial thinning of b - t false positives of w(K)·t/(t+j), exact; without limit the mean of
        t/(t + x(b-t)). Intervals: the root of the interpolated measure on each bootstrapped set of tasks.
    """
    if not tasks or (budget is not None and min(task.samples for task in tasks) < budget):
        raise ValueError(f"every task needs at least {budget or 1} samples")
    rows, inverse, times = _grouped(tasks)
    table = _Table(rows, budget)
    goals = np.broadcast_to(np.asarray(strong, dtype=np.float64), (len(tasks),))
    target, share = float(goals.mean()), times / times.sum()

    def value(scale: float) -> float:
        right, wrong = table.outcomes(scale)
        return _measured(share @ right, share @ wrong, measure)

    present, perfect = value(1.0), value(0.0)
    columns = np.column_stack([*(part for scale in _GRID for part in table.outcomes(float(scale)))])[inverse]
    sure = _intervals(np.column_stack([columns, goals]), measure, seed, confidence)
    scale = _largest(value, target, present, perfect)
    n, b, p, t = np.array([[x.samples, x.accepted, x.correct, x.accepted_correct] for x in tasks]).sum(axis=0)
    at = None if scale is None else (_share(scale * (b - t), t + scale * (b - t)), _share(scale * (b - t), n - p))
    return Requirement(
        target=target,
        present=present,
        perfect=perfect,
        difference=sure[0],
        scale=None if scale is None else _at(scale, sure[1], len(tasks)),
        fdr_now=_share(b - t, b),
        fpr_now=_share(b - t, n - p),
        fdr=None if at is None else at[0],
        fpr=None if at is None else at[1],
    )


class _Table:
    """Outcomes of each row of counts by the number of false positives that remain."""

    def __init__(self, rows: IntArray, budget: int | None) -> None:
        self._right, self._wrong = rows[:, 1].astype(np.float64), rows[:, 2]
        self._unlimited = budget is None
        left = np.arange(int(self._wrong.max(initial=0)) + 1)
        accepted = self._right[:, None] + np.minimum(left, self._wrong[:, None])
        reached = first_accepted(rows[:, :1], accepted, budget or 0)
        self._left = left
        self._true = reached * self._right[:, None] / np.maximum(accepted, 1)
        self._false = reached - self._true

    def outcomes(self, scale: float) -> tuple[FloatArray, FloatArray]:
        """TP and FP of each row when each false positive remains with probability ``scale``."""
        if self._unlimited:
            remaining = scale * self._wrong
            total = self._right + remaining
            some = np.where(total > 0, total, 1.0)
            return self._right / some, remaining / some
        weights = stats.binom.pmf(self._left, self._wrong[:, None], scale)
        return np.sum(weights * self._true, axis=1), np.sum(weights * self._false, axis=1)


def _grouped(tasks: Sequence[TaskCounts]) -> tuple[IntArray, IntArray, IntArray]:
    table = np.array([[t.samples, t.accepted_correct, t.accepted - t.accepted_correct] for t in tasks], dtype=np.int64)
    rows, inverse, times = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    return rows, inverse.reshape(-1), times


def _measured(right: float, wrong: float, measure: Measure) -> float:
    if measure is Measure.ALL_TASKS:
        return float(right)
    return float(right / (right + wrong)) if right + wrong > 0 else 0.0


def _largest(value: Callable[[float], float], target: float, present: float, perfect: float) -> float | None:
    """The largest scale at which the measure, which falls with it, is still at least the target."""
    if perfect < target - _TINY:
        return None
    if present >= target - _TINY:
        return 1.0
    if value(_TINY) < target:
        return 0.0
    return float(optimize.brentq(lambda scale: value(scale) - target, _TINY, 1.0, xtol=1e-12))


def _intervals(columns: FloatArray, measure: Measure, seed: int, confidence: float) -> list[Estimate | None]:
    """The present difference and the scale, as statistics of means over tasks."""
    points = len(_GRID)

    def statistic(means: FloatArray) -> FloatArray:
        right, wrong, goal = means[:, : 2 * points : 2], means[:, 1 : 2 * points : 2], means[:, -1]
        if measure is Measure.ANSWERED:
            total = right + wrong
            right = np.where(total > 0, right / np.where(total > 0, total, 1.0), 0.0)
        return np.column_stack([right[:, -1] - goal, _crossing(right - goal[:, None])])

    name = "exact expectation over thinned false positives, mean over tasks"
    return estimated(statistic, columns, name, seed=seed, confidence=confidence)


def _crossing(above: FloatArray) -> FloatArray:
    """Where each falling row meets zero on the grid, by linear interpolation; NaN where it starts below."""
    meets = above >= 0
    last = np.where(meets.any(axis=1), above.shape[1] - 1 - np.argmax(meets[:, ::-1], axis=1), 0)
    rows, following = np.arange(len(above)), np.minimum(last + 1, above.shape[1] - 1)
    here, then = above[rows, last], above[rows, following]
    part = np.where(here > then, here / np.where(here > then, here - then, 1.0), 0.0)
    found: FloatArray = _GRID[last] + part * (_GRID[following] - _GRID[last])
    return np.where(above[:, 0] < -_TINY, 0.0, found)


def _at(scale: float, interpolated: Estimate | None, tasks: int) -> Estimate:
    """The exact root with the interval of the interpolated one."""
    name = "largest share of the present false positives that may remain"
    if interpolated is None or interpolated.interval is None:
        return Estimate(scale, None, tasks, f"{name}; no interval")
    return Estimate(scale, interpolated.interval, tasks, f"{name}; BCa interval of a cluster bootstrap over tasks")


def _share(top: float, bottom: float) -> float | None:
    return float(top / bottom) if bottom > 0 else None
