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


def on_logits(value: float, error: float, degrees: int, confidence: float = 0.95) -> Interval:
    """Interval of a share from its standard error: Student's t on the scale of log odds, so it stays within 0 and 1.

    Args:
        value: Within (0, 1).
        error: Standard error of the value, > 0.
        degrees: Of freedom, >= 1.
        confidence: Within (0, 1).

    Source:
        Delta method for log(p/(1-p)); near 0 and 1 it covers what it says where p ± t·SE does not.
    """
    half = float(special.stdtrit(degrees, 0.5 + confidence / 2)) * error / (value * (1.0 - value))
    centre = float(special.logit(value))
    return Interval(float(special.expit(centre - half)), float(special.expit(centre + half)), confidence)


def jeffreys(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Equal-tailed interval of a proportion under Jeffreys' prior; for audits.

    Args:
        successes: 0 <= successes <= n.
        n: Trials, >= 1.
        confidence: Within (0, 1).

    Source:
        Beta(½ + x, ½ + n - x) quantiles; Brown, Cai, DasGupta 2001, with 0 and 1 as bounds at the ends.
    """
    _require_counts(successes, n)
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes + 0.5, n - successes + 0.5, tail))
    high = 1.0 if successes == n else float(special.betaincinv(successes + 0.5, n - successes + 0.5, 1 - tail))
    return Interval(low, high, confidence)


def most_failures_unseen(n: int, confidence: float = 0.95) -> float:
    """Upper bound of a failure rate after n trials without one: 1 - δ^(1/n).

    Args:
        n: Clean trials, >= 1.
        confidence: 1 - δ.
    """
    _require_counts(0, n)
    return float(-math.expm1(math.log(1 - confidence) / n))


def clean_trials_needed(rate: float, confidence: float = 0.95) -> int:
    """Trials without a failure after which the failure rate is below ``rate``.

    Args:
        rate: Within (0, 1).
        confidence: Within (0, 1).
    """
    return math.ceil(math.log(1 - confidence) / math.log1p(-rate))


def _require_counts(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
