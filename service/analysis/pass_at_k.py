"""pass@k over tasks with its variance, and the two numbers by which MBPP was first reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import REPLICATES, FloatArray, IntArray, bca_from, cluster_bootstrap
from service.analysis.estimates import Estimate, Interval
from service.analysis.intervals import clopper_pearson, on_logits, wilson
from service.analysis.rates import mean_share, pooled_ratio

SOURCE = "Chen et al. 2021, arXiv:2107.03374, eq. 1"
MBPP_SOURCE = "Austin et al. 2021, arXiv:2108.07732, section 4"


@dataclass(frozen=True, slots=True)
class PassAtK:
    """pass@k, averaged over tasks.

    Attributes:
        variance: Of the mean, over tasks; None with fewer than two.
        n: Tasks.
        method: Where the interval comes from.
    """

    k: int
    value: float
    variance: float | None
    interval: Interval | None
    n: int
    method: str

    @property
    def standard_error(self) -> float | None:
        """Square root of the variance."""
        return None if self.variance is None else math.sqrt(self.variance)


@dataclass(frozen=True, slots=True)
class Solved:
    """MBPP's own two numbers.

    Attributes:
        tasks_solved: Share of tasks that any of their samples solves. Grows with the number of samples.
        samples_that_solve: Share of all samples that solve their task.
    """

    tasks_solved: Estimate | None
    samples_that_solve: Estimate | None


def passes_at(
    samples: Sequence[int],
    passed: Sequence[int],
    ks: Sequence[int],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> tuple[PassAtK, ...]:
    """pass@k for several k, all on the same resampled sets of tasks.

    Args:
        samples: Samples per task, shape (T,), T >= 1, each at least the largest k.
        passed: Passing samples per task.
        ks: Each >= 1.
        confidence: Within (0, 1).
        seed: Of the bootstrap.
        replicates: Resampled sets of tasks; 0 takes Student's t instead.

    Returns:
        One for each k, in the order given. Where all tasks agree, or each has one sample, the interval is that of a
        proportion of tasks.

    Raises:
        ValueError: If counts contradict each other or a task has fewer than k samples.

    Source:
        Chen et al. 2021, arXiv:2107.03374, eq. 1; BCa intervals over whole tasks.
    """
    rows, times = np.unique(np.column_stack([samples, passed]), axis=0, return_counts=True)
    columns = _columns(rows[:, 0], rows[:, 1], ks)
    tasks, means = len(samples), times @ columns / len(samples)
    spread = times @ (columns - means) ** 2
    variances = [float(each) / (tasks * (tasks - 1)) if tasks > 1 else None for each in spread]
    bounds = _bounds(columns, times.astype(np.float64), variances, confidence, seed, replicates)
    return tuple(
        _one(int(k), float(value), variance, interval, samples, confidence, replicates)
        for k, value, variance, interval in zip(ks, means, variances, bounds, strict=True)
    )


def solved(samples: Sequence[int], passed: Sequence[int], confidence: float = 0.95) -> Solved:
    """MBPP's own two numbers.

    Args:
        samples: Samples per task, shape (T,).
        passed: Passing samples per task.
        confidence: Within (0, 1).

    Source:
        Austin et al. 2021, arXiv:2108.07732, section 4.
    """
    some = [int(count > 0) for count in passed]
    tasks = [int(count > 0) for count in samples]
    return Solved(mean_share(some, tasks, confidence), pooled_ratio(passed, samples, confidence))


def _columns(samples: IntArray, passed: IntArray, ks: Sequence[int]) -> FloatArray:
    """Per row pass@k for each k, shape (G, ks), in one pass over the draws."""
    if min(ks) < 1 or samples.min() < max(ks) or np.any(passed > samples) or np.any(passed < 0):
        raise ValueError(f"pass@{max(ks)} needs at least {max(ks)} samples of every task, of which some pass")
    missed, found = np.ones(len(samples)), np.zeros((len(samples), len(ks)))
    for draw in range(max(ks)):
        missed = missed * np.clip(samples - passed - draw, 0, None) / (samples - draw)
        for place in (place for place, k in enumerate(ks) if k == draw + 1):
            found[:, place] = 1.0 - missed
    return found


def _bounds(
    columns: FloatArray,
    times: FloatArray,
    variances: Sequence[float | None],
    confidence: float,
    seed: int,
    replicates: int,
) -> list[Interval | None]:
    tasks = int(times.sum())
    if tasks < 2:
        return [None] * columns.shape[1]
    means: FloatArray = times @ columns / tasks
    if not replicates:
        pairs = zip(means, variances, strict=True)
        return [_from_variance(float(value), variance or 0.0, tasks, confidence) for value, variance in pairs]
    drawn = cluster_bootstrap(_itself, columns, replicates, np.random.default_rng(seed), times)
    band = bca_from(_itself, columns, drawn, confidence, times)
    return [
        Interval(min(float(low), float(value)), max(float(high), float(value)), confidence)
        for low, high, value in zip(band.low, band.high, means, strict=True)
    ]


def _from_variance(value: float, variance: float, tasks: int, confidence: float) -> Interval | None:
    if not 0.0 < value < 1.0 or variance <= 0.0:
        return None
    return on_logits(value, math.sqrt(variance), tasks - 1, confidence)


def _one(
    k: int,
    value: float,
    variance: float | None,
    interval: Interval | None,
    samples: Sequence[int],
    confidence: float,
    replicates: int,
) -> PassAtK:
    tasks = len(samples)
    method = "BCa cluster bootstrap over tasks" if replicates else "Student's t over tasks, on the scale of log odds"
    if tasks < 2:
        method = "no interval: one task says nothing about others"
    elif k == 1 and max(samples) == 1:
        interval, method = wilson(round(value * tasks), tasks, confidence), "Wilson, one sample per task"
    elif variance is not None and variance < 1e-18:
        whole = min(value, 1.0 - value) < 1e-9
        name = "Clopper-Pearson" if whole else "Wilson"
        interval = (clopper_pearson if whole else wilson)(round(value * tasks), tasks, confidence)
        interval = Interval(min(interval.low, value), max(interval.high, value), confidence)
        method = f"{name} over tasks, all of which agree"
    return PassAtK(k, value, variance, interval, tasks, method)


def _itself(means: FloatArray) -> FloatArray:
    return means
