"""Where to put the threshold of a scored verifier, from its receiver operating characteristic (ROC).

With a share π of right samples, accepting at false-positive rate F lets T(F) of the right ones pass. Rejection
sampling draws until one is accepted; best-of-n draws n and takes the highest score. Both are per query: one π, one ROC.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from service.analysis.decisions import FloatArray

_TIE = 1e-12
_NODES = 300


class RocCurve(Protocol):
    """T as a function of F on [0, 1]."""

    def recall(self, fpr: float) -> float:
        """T(F) on the concave hull."""

    def at_slope(self, slope: float) -> float:
        """The largest F up to which the hull rises at least that steeply."""

    def steepness(self) -> float:
        """T'(0) on the hull; infinite where some right samples pass without any wrong one."""

    def best_of(self, prevalence: float, samples: int) -> float:
        """P(the highest of n scores belongs to a right sample), ties broken at random."""


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """T = F^exponent, 0 < exponent <= 1."""

    exponent: float

    def recall(self, fpr: float) -> float:
        """T(F)."""
        return float(fpr**self.exponent)

    def at_slope(self, slope: float) -> float:
        """Solved from exponent · F^(exponent-1) = slope."""
        if self.exponent == 1 or slope <= self.exponent:
            return 1.0 if slope <= self.exponent + _TIE else 0.0
        return 0.0 if math.isinf(slope) else float((self.exponent / slope) ** (1 / (1 - self.exponent)))

    def steepness(self) -> float:
        """T'(0)."""
        return 1.0 if self.exponent == 1 else math.inf

    def best_of(self, prevalence: float, samples: int) -> float:
        """By Gauss-Legendre quadrature in u = T, with F = u^(1/exponent)."""
        nodes, weights = _quadrature()
        recall, weight = (nodes + 1) / 2, weights / 2
        fpr, rate = recall ** (1 / self.exponent), recall ** (1 / self.exponent - 1) / self.exponent
        below = (1 - prevalence) * (1 - fpr) + prevalence * (1 - recall)
        lost = (1 - prevalence) * samples * float(np.sum(weight * rate * below ** (samples - 1)))
        return 1 - lost


@lru_cache(maxsize=1)
def _quadrature() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


@dataclass(frozen=True, slots=True)
class PolygonCurve:
    """A ROC of finitely many points, joined by lines: random choice between neighbouring thresholds.

    Attributes:
        fpr: Of the points, from 0 to 1, shape (P,).
        recalls: Of the points, from 0 or more to 1.
        hull_fpr: Vertices of the concave hull, shape (H,).
        hull_recalls: Of the vertices.
    """

    fpr: FloatArray
    recalls: FloatArray
    hull_fpr: FloatArray
    hull_recalls: FloatArray

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> PolygonCurve:
        """From (F, T) of thresholds in any order; (0, 0) and (1, 1) are added.

        Raises:
            ValueError: If a point lies outside the unit square, or T falls while F rises.
        """
        # Rounded, so that no edge is too short to be told from a jump.
        ordered = sorted({(0.0, 0.0), (1.0, 1.0), *((round(fpr, 12), round(recall, 12)) for fpr, recall in points)})
        fpr, recalls = np.array(ordered).T
        if np.any(fpr < 0) or np.any(recalls < 0) or np.any(fpr > 1) or np.any(recalls > 1):
            raise ValueError("rates lie between 0 and 1")
        if np.any(np.diff(recalls) < 0):
            raise ValueError("a more lenient threshold never accepts fewer right samples")
        hull: list[tuple[float, float]] = []
        for point in ordered:
            while len(hull) > 1 and _turns_left(hull[-2], hull[-1], point):
                hull.pop()
            hull.append(point)
        if len(hull) > 1 and hull[1][0] == 0:
            hull = hull[1:]
        vertices = np.array(hull)
        return cls(fpr, recalls, vertices[:, 0], vertices[:, 1])

    def recall(self, fpr: float) -> float:
        """T(F) on the hull."""
        return float(np.interp(fpr, self.hull_fpr, self.hull_recalls))

    def at_slope(self, slope: float) -> float:
        """A vertex of the hull."""
        rises = np.diff(self.hull_recalls) >= (slope - _TIE) * np.diff(self.hull_fpr)
        return float(self.hull_fpr[int(np.sum(rises))])

    def steepness(self) -> float:
        """Slope of the hull's first edge."""
        if self.hull_recalls[0] > 0:
            return math.inf
        return float(self.hull_recalls[1] / self.hull_fpr[1])

    def best_of(self, prevalence: float, samples: int) -> float:
        """Exact, edge by edge of the ROC itself: what scores highest knows no hull."""
        below = (1 - prevalence) * (1 - self.fpr) + prevalence * (1 - self.recalls)
        high, low, width = below[:-1], below[1:], np.diff(self.fpr)
        drop = high - low
        steep = drop > _TIE
        powers = (high**samples - low**samples) / np.where(steep, drop, 1.0)
        flat = samples * high ** (samples - 1)
        return 1 - (1 - prevalence) * float(np.sum(width * np.where(steep, powers, flat)))


def _turns_left(first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]) -> bool:
    (x0, y0), (x1, y1), (x2, y2) = first, second, third
    return (y1 - y0) * (x2 - x1) <= (y2 - y1) * (x1 - x0)


def empirical_roc(scores: ArrayLike, right: ArrayLike, counts: ArrayLike | None = None) -> PolygonCurve:
    """The ROC of scored samples, candidates pooled.

    Args:
        scores: Shape (N,).
        right: Whether the sample is right, shape (N,), at least one of either.
        counts: Samples that each row stands for.

    Raises:
        ValueError: If all are right or all are wrong.
    """
    score, truth = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=bool)
    weight = np.ones(score.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    levels, place = np.unique(-score, return_inverse=True)
    yes = np.cumsum(np.bincount(place, weight * truth, len(levels)))
    no = np.cumsum(np.bincount(place, weight * ~truth, len(levels)))
    if not yes[-1] or not no[-1]:
        raise ValueError("a ROC needs right and wrong samples")
    return PolygonCurve.of([(float(f), float(t)) for f, t in zip(no / no[-1], yes / yes[-1], strict=True)])


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What accepting at false-positive rate F comes to.

    Attributes:
        fpr: F, P(accepted | wrong).
        recall: T, P(accepted | right).
        precision: P(right | accepted), the accuracy of rejection sampling; None where nothing is accepted.
        expected_samples: Draws of rejection sampling, infinite where nothing is accepted.
        value: What is maximised: the reward, 0 for never answering.
    """

    fpr: float
    recall: float
    precision: float | None
    expected_samples: float
    value: float


_NEVER = OperatingPoint(0.0, 0.0, None, math.inf, 0.0)


def one_shot(curve: RocCurve, prevalence: float, false_positive_cost: float) -> OperatingPoint:
    """The threshold for a single sample: accept or abstain.

    Source:
        T'(F) = c (1-π) / π on the hull; value πT - c(1-π)F.
    """
    slope = _ratio(false_positive_cost * (1 - prevalence), prevalence)
    fpr = curve.at_slope(slope)
    right, wrong = prevalence * curve.recall(fpr), (1 - prevalence) * fpr
    charged = 0.0 if wrong == 0 else false_positive_cost * wrong
    return _point(curve, prevalence, fpr, right - charged)


def unlimited(curve: RocCurve, prevalence: float, false_positive_cost: float, sample_cost: float) -> OperatingPoint:
    """The threshold for rejection sampling without a budget, each sample at a cost.

    Returns:
        Value 0 and no acceptance where answering never pays.

    Source:
        Dinkelbach 1967 for θ = (πT - c(1-π)F - λ) / (πT + (1-π)F), whose maximum has
        T'(F) = (c+θ)(1-π) / ((1-θ)π); the setting: Dorner et al., arXiv:2507.12399.
    """
    if sample_cost == 0 and math.isinf(curve.steepness()) and curve.recall(0.0) == 0:
        return _limit(curve, prevalence, false_positive_cost)
    wrong_share, theta, best = 1 - prevalence, 0.0, _NEVER
    for _ in range(200):
        slope = _ratio((false_positive_cost + theta) * wrong_share, (1 - theta) * prevalence)
        fpr = curve.at_slope(slope)
        accepted = prevalence * curve.recall(fpr) + wrong_share * fpr
        if accepted <= 0:
            return best if sample_cost else _limit(curve, prevalence, false_positive_cost)
        gained = prevalence * curve.recall(fpr) - _product(false_positive_cost, wrong_share * fpr) - sample_cost
        if gained / accepted <= theta + _TIE * max(1.0, theta):
            return best
        theta = gained / accepted
        best = _point(curve, prevalence, fpr, theta)
        if theta >= 1:
            return best
    return best


def _limit(curve: RocCurve, prevalence: float, false_positive_cost: float) -> OperatingPoint:
    """F → 0, when samples are free: precision πT'(0)/(πT'(0)+1-π)."""
    precision = strictest_precision(curve, prevalence)
    value = precision - _product(false_positive_cost, 1 - precision)
    return OperatingPoint(0.0, curve.recall(0.0), precision, math.inf, value) if value > 0 else _NEVER


def strictest_precision(curve: RocCurve, prevalence: float) -> float:
    """Accuracy of rejection sampling, and of best-of-n, as F goes to 0 and n to infinity."""
    steep = curve.steepness()
    if prevalence in (0.0, 1.0):
        return prevalence
    return 1.0 if math.isinf(steep) else prevalence * steep / (prevalence * steep + 1 - prevalence)


def as_often_as(curve: RocCurve, prevalence: float, samples: float) -> OperatingPoint:
    """Rejection sampling that draws ``samples`` times in the mean, as best-of-n does with n = ``samples``."""

    def excess(fpr: float) -> float:
        return prevalence * curve.recall(fpr) + (1 - prevalence) * fpr - 1 / samples

    fpr = 0.0 if excess(0.0) >= 0 else float(optimize.brentq(excess, 0.0, 1.0, xtol=1e-15, rtol=1e-14))
    found = _point(curve, prevalence, fpr, 0.0)
    return OperatingPoint(fpr, found.recall, found.precision, found.expected_samples, found.precision or 0.0)


def _point(curve: RocCurve, prevalence: float, fpr: float, value: float) -> OperatingPoint:
    recall = curve.recall(fpr)
    right, accepted = prevalence * recall, prevalence * recall + (1 - prevalence) * fpr
    if accepted <= 0:
        return OperatingPoint(fpr, recall, None, math.inf, value)
    return OperatingPoint(fpr, recall, right / accepted, 1 / accepted, value)


def _ratio(top: float, bottom: float) -> float:
    if top <= 0:
        return 0.0
    return top / bottom if bottom > 0 else math.inf


def _product(cost: float, amount: float) -> float:
    return 0.0 if amount == 0 else cost * amount
