"""Intervals for a single proportion."""

from __future__ import annotations

import math

from scipy import special

from service.analysis.estimates import Interval


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Score interval of a proportion of n independent trials.

    Args:
        successes: 0 <= successes <= n.
        n: Trials, >= 1.
        confidence: Within (0, 1).

    Returns:
        An interval within [0, 1].

    Raises:
        ValueError: If the counts contradict each other.

    Source:
        Wilson 1927, without continuity correction.
    """
    _require_counts(successes, n)
    z = float(special.ndtri(0.5 + confidence / 2))
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high, confidence)


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Exact interval of a proportion of n independent trials; never covers less than it says.

    Args:
        successes: 0 <= successes <= n.
        n: Trials, >= 1.
        confidence: Within (0, 1).

    Returns:
        An interval within [0, 1].

    Raises:
        ValueError: If the counts contradict each other.

    Source:
        Clopper and Pearson 1934, through beta quantiles.
    """
    _require_counts(successes, n)
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(special.betaincinv(successes + 1, n - successes, 1 - tail))
    return Interval(low, high, confidence)


def _require_counts(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
