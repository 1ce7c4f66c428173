"""Verifiers with a score: every threshold's errors, the area under their curve, and the threshold to begin with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from service.analysis.estimates import Estimate, Interval

FloatArray = NDArray[np.float64]
_AUC = "area under the ROC, ties by half; clustered standard error over tasks (Obuchowski 1997), t interval"


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What accepting every score >= ``threshold`` comes to."""

    threshold: float
    recall: float
    fpr: float
    fdr: float | None


@dataclass(frozen=True, slots=True)
class Roc:
    """A scored verifier against an oracle.

    Attributes:
        good: Scored candidates that the oracle accepts.
        bad: Scored candidates that it refuses.
        auc: P(a good one scores higher than a bad one), None without one of either.
        best: The point with the largest recall - fpr (Youden's index), the highest threshold where several have it.
        points: From the strictest threshold to the most lenient.
    """

    good: int
    bad: int
    auc: Estimate | None
    best: RocPoint | None
    points: tuple[RocPoint, ...]


def roc_of(tasks: ArrayLike, scores: ArrayLike, good: ArrayLike, counts: ArrayLike, *, most_points: int = 200) -> Roc:
    """The receiver operating characteristic of a scored verifier.

    Args:
        tasks: Task of each row, whole numbers, shape (N,).
        scores: Score of each row, shape (N,).
        good: Whether the oracle accepts, shape (N,).
        counts: Candidates that each row stands for, shape (N,).
        most_points: Points to return; the area and the best point are of all thresholds.

    Returns:
        The curve. Its area is exact, not interpolated.

    Source:
        Area: Bamber 1975. Its variance with several candidates per task: Obuchowski 1997, Biometrics 53, eq. 5 to 7.
    """
    clusters, score = np.asarray(tasks), np.asarray(scores, dtype=np.float64)
    truth, weight = np.asarray(good, dtype=bool), np.asarray(counts, dtype=np.float64)
    levels, position = np.unique(score, return_inverse=True)
    yes = _sums(position[truth], weight[truth], len(levels))
    no = _sums(position[~truth], weight[~truth], len(levels))
    goods, bads = float(yes.sum()), float(no.sum())
    if not goods or not bads:
        return Roc(int(goods), int(bads), None, None, ())
    recall, fpr = np.cumsum(yes[::-1])[::-1] / goods, np.cumsum(no[::-1])[::-1] / bads
    fdr = fpr * bads / (recall * goods + fpr * bads)

    def point(index: int) -> RocPoint:
        return RocPoint(float(levels[index]), float(recall[index]), float(fpr[index]), float(fdr[index]))

    last = len(levels) - 1
    best = last - int(np.argmax(np.round((recall - fpr)[::-1], 12)))
    auc = _area(clusters, position, truth, weight, yes, no)
    shown = tuple(point(last - index) for index in _thinned(len(levels), most_points))
    return Roc(int(goods), int(bads), auc, point(best), shown)


def _sums(position: NDArray[np.int64], weight: FloatArray, length: int) -> FloatArray:
    return np.bincount(position, weight, length).astype(np.float64)


def _thinned(points: int, most: int) -> list[int]:
    """Places of at most so many of the points, evenly spread."""
    kept = np.linspace(0, points - 1, min(points, most)).round().astype(int)
    return [int(index) for index in np.unique(kept)]


def _area(
    clusters: NDArray[np.int64],
    position: NDArray[np.int64],
    truth: NDArray[np.bool_],
    weight: FloatArray,
    yes: FloatArray,
    no: FloatArray,
) -> Estimate:
    """The area with its interval over tasks."""
    goods, bads = float(yes.sum()), float(no.sum())
    # Of each score: the share of bad candidates that it beats, and of good ones that beat it.
    beats = (np.cumsum(no) - no / 2) / bads
    beaten = (np.cumsum(yes[::-1])[::-1] - yes / 2) / goods
    value = float(np.dot(yes, beats) / goods)
    index = np.unique(clusters, return_inverse=True)[1]
    tasks = int(index.max()) + 1

    def summed(values: FloatArray, which: NDArray[np.bool_]) -> FloatArray:
        return _sums(index[which], (values * weight)[which], tasks)

    of_good = summed(beats[position] - value, truth)
    of_bad = summed(beaten[position] - value, ~truth)
    with_good = int(np.sum(summed(np.ones_like(weight), truth) > 0))
    with_bad = int(np.sum(summed(np.ones_like(weight), ~truth) > 0))
    if min(with_good, with_bad) < 2:
        return Estimate(value, None, tasks, f"{_AUC}; no interval: too few tasks")
    variance = (
        with_good / (with_good - 1) * float(np.sum(of_good**2)) / goods**2
        + with_bad / (with_bad - 1) * float(np.sum(of_bad**2)) / bads**2
        + 2 * tasks / (tasks - 1) * float(np.sum(of_good * of_bad)) / (goods * bads)
    )
    if variance <= 0:
        return Estimate(value, None, tasks, f"{_AUC}; no interval: no spread over tasks")
    half = float(special.stdtrit(tasks - 1, 0.975)) * math.sqrt(variance)
    return Estimate(value, Interval(max(0.0, value - half), min(1.0, value + half)), tasks, _AUC)
