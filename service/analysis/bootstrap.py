"""Cluster bootstrap: whole tasks are drawn with replacement, so each task keeps its samples.

A statistic here is a function of means over tasks (a rate, a ratio of sums, a reward, the budget that maximises one).
That makes all replicates one matrix product: weights of the tasks times their columns. Tasks with equal columns may
be given once with their multiplicity, which changes nothing but the time taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from service.analysis.estimates import Interval

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Statistic = Callable[[FloatArray], FloatArray]
"""Means over tasks, shape (B, Q) → quantities, shape (B, R); NaN where a quantity is undefined."""

REPLICATES = 2_000
_CHUNK_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Band:
    """Lower and upper bounds of R quantities, each of shape (R,); NaN where there is no interval."""

    low: FloatArray
    high: FloatArray
    confidence: float

    def interval(self, index: int = 0) -> Interval | None:
        """The bounds of one quantity; None where there are none."""
        low, high = float(self.low[index]), float(self.high[index])
        return None if np.isnan(low) or np.isnan(high) else Interval(low, high, self.confidence)


def means_over_tasks(columns: ArrayLike, multiplicity: ArrayLike | None = None) -> FloatArray:
    """Means of the columns over tasks.

    Args:
        columns: One row per task, shape (T, Q).
        multiplicity: How many tasks each row stands for, shape (T,); one each by default.

    Returns:
        Shape (Q,).
    """
    matrix, counts = _clusters(columns, multiplicity)
    means: FloatArray = counts @ matrix / counts.sum()
    return means


def cluster_bootstrap(
    statistic: Statistic,
    columns: ArrayLike,
    replicates: int,
    rng: np.random.Generator,
    multiplicity: ArrayLike | None = None,
) -> FloatArray:
    """The statistic on resampled sets of tasks.

    Args:
        statistic: Maps means over tasks to quantities; called with several replicates at once.
        columns: One row per task, shape (T, Q); a vector is one column.
        replicates: How many resampled sets, >= 1.
        rng: Source of randomness; the same state gives the same replicates.
        multiplicity: How many tasks each row stands for, shape (T,); one each by default.

    Returns:
        Shape (replicates, R).

    Raises:
        ValueError: If there is no task, or shapes differ.

    Source:
        Davison and Hinkley 1997, section 3.8: resampling of whole clusters.
    """
    matrix, counts = _clusters(columns, multiplicity)
    tasks = int(counts.sum())
    share = counts / tasks
    rows = max(1, _CHUNK_BYTES // (8 * len(matrix)))
    found = []
    for start in range(0, replicates, rows):
        weights = rng.multinomial(tasks, share, size=min(rows, replicates - start))
        found.append(statistic(weights @ matrix / tasks))
    return np.concatenate(found)


def jackknife(statistic: Statistic, columns: ArrayLike, multiplicity: ArrayLike | None = None) -> FloatArray:
    """The statistic without one task of each row.

    Args:
        statistic: As for ``cluster_bootstrap``.
        columns: One row per task, shape (T, Q), at least two tasks in all.
        multiplicity: How many tasks each row stands for.

    Returns:
        Shape (T, R).
    """
    matrix, counts = _clusters(columns, multiplicity)
    tasks = counts.sum()
    return statistic((counts @ matrix - matrix) / max(tasks - 1, 1))


def percentile_interval(replicates: FloatArray, confidence: float = 0.95, tasks: int | None = None) -> Band:
    """Percentile interval of each quantity; undefined replicates are left out.

    Args:
        replicates: Shape (B, R).
        confidence: Within (0, 1).
        tasks: Where given, the tails are widened as for a t interval over so many tasks.

    Returns:
        Bounds of shape (R,).

    Source:
        Davison and Hinkley 1997, section 5.3; widening: Hesterberg 2015, The American Statistician 69(4), section 3.2.
    """
    edge = float(special.ndtr(_edge(confidence, tasks)))
    ordered = np.sort(replicates, axis=0)
    levels = np.full(ordered.shape[1], edge)
    return Band(_quantiles(ordered, 1 - levels), _quantiles(ordered, levels), confidence)


def bca_interval(
    point: ArrayLike,
    replicates: FloatArray,
    left_out: FloatArray,
    confidence: float = 0.95,
    multiplicity: ArrayLike | None = None,
) -> Band:
    """Bias-corrected and accelerated interval of each quantity, widened for few tasks.

    Args:
        point: The statistic on all tasks, shape (R,).
        replicates: From ``cluster_bootstrap``, shape (B, R); undefined ones are left out.
        left_out: From ``jackknife``, shape (T, R); undefined ones are left out.
        confidence: Within (0, 1).
        multiplicity: As given to ``jackknife``.

    Returns:
        Bounds of shape (R,); NaN where the point is undefined or there are fewer than two tasks.

    Source:
        Efron 1987, JASA 82, eq. 2.3 and 6.6; replicates equal to the point count half below it. The normal quantile
        is replaced by √(T/(T-1)) · t over T-1 degrees (Hesterberg 2015), because resampling T tasks understates the
        spread by that factor.
    """
    at = np.asarray(point, dtype=np.float64)
    counts = np.ones(len(left_out)) if multiplicity is None else np.asarray(multiplicity, dtype=np.float64)
    skew = _acceleration(_moments(at - left_out, counts))
    return _bca(at, replicates, skew, int(counts.sum()), confidence)


def bca_of(
    statistic: Statistic,
    columns: ArrayLike,
    rng: np.random.Generator,
    *,
    replicates: int = REPLICATES,
    confidence: float = 0.95,
    multiplicity: ArrayLike | None = None,
) -> Band:
    """BCa interval of a statistic over tasks, in one call.

    Args:
        statistic: As for ``cluster_bootstrap``.
        columns: One row per task, shape (T, Q).
        rng: Source of randomness.
        replicates: Resampled sets.
        confidence: Within (0, 1).
        multiplicity: How many tasks each row stands for.

    Returns:
        Bounds of shape (R,).
    """
    resampled = cluster_bootstrap(statistic, columns, replicates, rng, multiplicity)
    return bca_from(statistic, columns, resampled, confidence, multiplicity)


def bca_from(
    statistic: Statistic,
    columns: ArrayLike,
    resampled: FloatArray,
    confidence: float = 0.95,
    multiplicity: ArrayLike | None = None,
) -> Band:
    """BCa interval from replicates that exist already; tasks are left out a few at a time, so memory stays small.

    Args:
        statistic: As for ``cluster_bootstrap``.
        columns: One row per task, shape (T, Q).
        resampled: The statistic's replicates, shape (B, R).
        confidence: Within (0, 1).
        multiplicity: How many tasks each row stands for.

    Returns:
        Bounds of shape (R,).
    """
    matrix, counts = _clusters(columns, multiplicity)
    totals, tasks = counts @ matrix, counts.sum()
    point = statistic((totals / tasks)[None, :])[0]
    moments = np.zeros((4, len(point)))
    rows = max(1, _CHUNK_BYTES // (8 * max(len(point), matrix.shape[1])))
    for start in range(0, len(matrix), rows):
        part = slice(start, start + rows)
        left_out = statistic((totals - matrix[part]) / max(tasks - 1, 1))
        moments += _moments(point - left_out, counts[part])
    return _bca(point, resampled, _acceleration(moments), int(tasks), confidence)


def difference(statistic: Statistic, width: int) -> Statistic:
    """The statistic on the first ``width`` columns minus that on the rest: paired, since both share the tasks drawn.

    Args:
        statistic: Of one side.
        width: Columns of the first side; the second side has as many.
    """
    return lambda means: statistic(means[:, :width]) - statistic(means[:, width:])


def _clusters(columns: ArrayLike, multiplicity: ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    matrix = np.asarray(columns, dtype=np.float64)
    matrix = matrix[:, None] if matrix.ndim == 1 else matrix
    counts = np.ones(len(matrix)) if multiplicity is None else np.asarray(multiplicity, dtype=np.float64)
    if matrix.ndim != 2 or counts.shape != (len(matrix),) or not counts.sum():
        raise ValueError("columns need one row per task, at least one, and multiplicities one entry per row")
    return matrix, counts


def _edge(confidence: float, tasks: int | None) -> float:
    tail = 0.5 + confidence / 2
    if tasks is None or tasks < 2:
        return float(special.ndtri(tail))
    return float(special.stdtrit(tasks - 1, tail)) * math.sqrt(tasks / (tasks - 1))


def _bias(point: FloatArray, replicates: FloatArray) -> FloatArray:
    """Normal quantile of the share of replicates below the point, ties by half, never infinite."""
    slack = 1e-12 * np.maximum(1.0, np.abs(point))
    defined = np.sum(~np.isnan(replicates), axis=0)
    below = np.sum(replicates < point - slack, axis=0) + 0.5 * np.sum(np.abs(replicates - point) <= slack, axis=0)
    share = np.clip(below, 0.5, np.maximum(defined - 0.5, 0.5)) / np.maximum(defined, 1)
    shift: FloatArray = special.ndtri(share)
    return shift


def _moments(away: FloatArray, counts: FloatArray) -> FloatArray:
    """Number and sums of the first three powers, shape (4, R); NaN is left out."""
    weights = np.where(np.isnan(away), 0.0, counts[:, None])
    values = np.nan_to_num(away)
    return np.stack([np.sum(weights * values**power, axis=0) for power in range(4)])


def _acceleration(moments: FloatArray) -> FloatArray:
    number, first, second, third = moments
    mean = first / np.maximum(number, 1)
    squares = second - number * mean**2
    cubes = third - 3 * mean * second + 2 * number * mean**3
    flat = squares <= 1e-24
    skew: FloatArray = cubes / (6 * np.where(flat, 1.0, squares) ** 1.5)
    return np.where(flat, 0.0, skew)


def _bca(point: FloatArray, replicates: FloatArray, skew: FloatArray, tasks: int, confidence: float) -> Band:
    if tasks < 2:
        return Band(np.full(point.shape, np.nan), np.full(point.shape, np.nan), confidence)
    shift, edge = _bias(point, replicates), _edge(confidence, tasks)
    ordered = np.sort(replicates, axis=0)
    low = _quantiles(ordered, _corrected(shift, skew, -edge))
    high = _quantiles(ordered, _corrected(shift, skew, edge))
    undefined = np.isnan(point)
    return Band(np.where(undefined, np.nan, low), np.where(undefined, np.nan, high), confidence)


def _corrected(shift: FloatArray, acceleration: FloatArray, edge: float) -> FloatArray:
    """Level of the replicates' distribution that stands for a normal quantile, Efron's eq. 2.3."""
    moved = shift + edge
    left = 1 - acceleration * moved
    level: FloatArray = special.ndtr(shift + moved / np.where(left > 0, left, np.nan))
    return np.where(left > 0, level, 1.0 if edge > 0 else 0.0)


def _quantiles(ordered: FloatArray, levels: FloatArray) -> FloatArray:
    """Linearly interpolated quantile of each sorted column at its own level; NaN stands last and is left out."""
    defined = np.sum(~np.isnan(ordered), axis=0)
    place = np.clip(levels, 0, 1) * np.maximum(defined - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(defined - 1, 0))
    columns = np.arange(ordered.shape[1])
    low, high = ordered[below, columns], ordered[above, columns]
    return np.where(defined > 0, low + (place - below) * (high - low), np.nan)
