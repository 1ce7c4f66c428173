"""The straight line through models: how precise what passes is, against how often a single sample is right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from service.analysis.estimates import Interval

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """An ordinary least-squares line; models count equally.

    Attributes:
        models: Points.
        slope: With its interval.
        intercept: With its interval.
        r: Pearson's correlation; None where all y are equal.
        r2: Share of the variance that the line explains.
        p_value: That the slope is 0, two-sided t test; None with two points or a perfect fit of a flat line.
    """

    models: int
    slope: float
    slope_interval: Interval | None
    intercept: float
    intercept_interval: Interval | None
    r: float | None
    r2: float | None
    p_value: float | None


def regression(x: Sequence[float], y: Sequence[float], confidence: float = 0.95) -> Line | None:
    """The line of y on x, or None where x does not vary.

    Args:
        x: Single-sample accuracy of each model, at least three models.
        y: Precision of each.
        confidence: Of the intervals, within (0, 1).

    Raises:
        ValueError: If there are fewer than three points or the lists differ in length.

    Source:
        arXiv:2411.17501, figure 3: unweighted least squares across models. Intervals assume independent points with
        equal variance, which models that share a training corpus do not quite satisfy.
    """
    if len(x) != len(y) or len(x) < FEWEST:
        raise ValueError(f"a line needs at least {FEWEST} points")
    one, two = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n, dx, dy = len(one), one - one.mean(), two - two.mean()
    sxx, syy, sxy = float(dx @ dx), float(dy @ dy), float(dx @ dy)
    if sxx <= 1e-24:
        return None
    slope = sxy / sxx
    intercept = float(two.mean()) - slope * float(one.mean())
    residual = max(0.0, syy - slope * sxy)
    error = math.sqrt(residual / (n - 2) / sxx)
    at_zero = error * math.sqrt(sxx / n + float(one.mean()) ** 2)
    t = float(special.stdtrit(n - 2, 0.5 + confidence / 2))
    r = sxy / math.sqrt(sxx * syy) if syy > 1e-24 else None
    return Line(
        models=n,
        slope=slope,
        slope_interval=Interval(slope - t * error, slope + t * error, confidence),
        intercept=intercept,
        intercept_interval=Interval(intercept - t * at_zero, intercept + t * at_zero, confidence),
        r=r,
        r2=None if r is None else r * r,
        p_value=None if r is None else _p_value(r, n),
    )


def _p_value(r: float, n: int) -> float:
    """Of t = r √((n-2)/(1-r²)), through the incomplete beta function, which stays exact in the tail."""
    return float(special.betainc((n - 2) / 2, 0.5, max(0.0, 1 - r * r)))
