"""Alarms for a verifier that drifts: tests that may be looked at after every audited sample.

An outcome is True where an audited accepted sample was wrong. Audits are of independent tasks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from service.analysis.decisions import FloatArray
from service.analysis.estimates import Interval

_FAR = 10_000


class Decision(StrEnum):
    """Where a test stands."""

    CONTINUE = "continue"
    ACCEPT = "accept"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Sprt:
    """Wald's test of fdr ``null`` against ``alternative`` > ``null``.

    Attributes:
        null: Tolerated fdr, within (0, 1).
        alternative: Fdr that must raise the alarm.
        alpha: P(alarm | null), at most.
        beta: P(no alarm | alternative), at most.
    """

    null: float
    alternative: float
    alpha: float = 0.05
    beta: float = 0.05

    @property
    def if_wrong(self) -> float:
        """Increment of the log-likelihood ratio for a wrong sample."""
        return math.log(self.alternative / self.null)

    @property
    def if_right(self) -> float:
        """Increment for a right one."""
        return math.log((1 - self.alternative) / (1 - self.null))

    @property
    def upper(self) -> float:
        """Alarm from here on."""
        return math.log((1 - self.beta) / self.alpha)

    @property
    def lower(self) -> float:
        """Accepted from here down."""
        return math.log(self.beta / (1 - self.alpha))


@dataclass(frozen=True, slots=True)
class Watched:
    """How a test went.

    Attributes:
        decision: Where it stands, or where it ended.
        decided_at: Number of the outcome that decided, None while it goes on.
        statistic: After the last outcome that counted.
        path: After each outcome, up to the deciding one.
        until_alarm: Further wrong samples in a row that would raise the alarm; 0 after it, None for more than 10,000.
        until_accepted: Further right ones in a row that would end it without alarm; None where it never ends so.
    """

    decision: Decision
    decided_at: int | None
    statistic: float
    path: tuple[float, ...]
    until_alarm: int | None
    until_accepted: int | None

    @classmethod
    def of_value(cls, value: float, height: float, n: int) -> Watched:
        """Of the last value alone: where it stands now, not what it crossed before."""
        if value >= height - 1e-12:
            return cls(Decision.ALARM, n, value, (value,), 0, None)
        return cls(Decision.CONTINUE, None, value, (value,), None, None)


def run_sprt(test: Sprt, outcomes: Sequence[bool]) -> Watched:
    """Walk through the outcomes until the test decides.

    Source:
        Wald 1945, bounds ln((1-β)/α) and ln(β/(1-α)).
    """
    total, path = 0.0, []
    decision, decided = Decision.CONTINUE, None
    for number, wrong in enumerate(outcomes, start=1):
        total += test.if_wrong if wrong else test.if_right
        path.append(total)
        decision = _reached(test, total)
        if decision is not Decision.CONTINUE:
            decided = number
            break
    alarm = 0 if decision is Decision.ALARM else _steps(test.upper - total, test.if_wrong)
    accept = 0 if decision is Decision.ACCEPT else _steps(test.lower - total, test.if_right)
    return Watched(decision, decided, total, tuple(path), alarm, accept)


def run_cusum(test: Sprt, outcomes: Sequence[bool], between_alarms: float) -> Watched:
    """Watch for a change from ``null`` to ``alternative`` at any time; it never accepts.

    Args:
        test: The two rates.
        outcomes: In order.
        between_alarms: Outcomes between false alarms, in the mean at least.

    Source:
        Page 1954 in the form M_n = L_n · max(1, M_{n-1}); alarm at M >= A has a mean time of at least A to a false
        alarm: Shin, Ramdas and Rinaldo, arXiv:2203.03532.
    """
    total, path = 0.0, []
    height = math.log(between_alarms)
    for number, wrong in enumerate(outcomes, start=1):
        total = max(0.0, total) + (test.if_wrong if wrong else test.if_right)
        path.append(total)
        if total >= height - 1e-12:
            return Watched(Decision.ALARM, number, total, tuple(path), 0, None)
    left = _steps(height - max(0.0, total), test.if_wrong)
    return Watched(Decision.CONTINUE, None, total, tuple(path), left, None)


def _reached(test: Sprt, total: float) -> Decision:
    if total >= test.upper - 1e-12:
        return Decision.ALARM
    return Decision.ACCEPT if total <= test.lower + 1e-12 else Decision.CONTINUE


def _steps(distance: float, step: float) -> int:
    return max(0, math.ceil(distance / step - 1e-9))


class Side(StrEnum):
    """What the e-value is evidence for."""

    TWO_SIDED = "two_sided"
    GREATER = "greater"


def log_e_value(wrong: int, n: int, null: float, side: Side = Side.TWO_SIDED) -> float:
    """Logarithm of the e-value against an fdr of ``null`` (``greater``: of at most ``null``).

    Args:
        wrong: S of n audited samples.
        n: Audited samples.
        null: p₀ within (0, 1).
        side: Two-sided mixes alternatives uniformly over (0, 1), greater over (p₀, 1).

    Source:
        B(1+S, 1+n-S) / (p₀^S (1-p₀)^(n-S)), Robbins 1970; by Ville's inequality it ever reaches 1/α with probability
        at most α. One-sided: the incomplete beta integral above p₀, divided by 1-p₀.
    """
    return float(_log_e_values(np.array([wrong]), np.array([n]), null, side)[0])


def _log_e_values(wrong: ArrayLike, n: ArrayLike, null: float, side: Side) -> FloatArray:
    bad, good = np.asarray(wrong), np.asarray(n) - np.asarray(wrong)
    found: FloatArray = special.betaln(1 + bad, 1 + good) - special.xlogy(bad, null) - special.xlog1py(good, -null)
    if side is Side.GREATER:
        above = special.betaincc(1 + bad, 1 + good, null)
        found = found + np.log(np.maximum(above, 1e-300)) - math.log1p(-null)
    return found


def run_e_process(outcomes: Sequence[bool], null: float, alpha: float, side: Side = Side.TWO_SIDED) -> Watched:
    """Watch the e-value after every outcome; its path is on the scale of logarithms and goes on after an alarm.

    Args:
        outcomes: In order.
        null: Tolerated fdr.
        alpha: P(ever an alarm) at most, while the fdr is ``null`` (``greater``: at most ``null``).
        side: As for ``log_e_value``.
    """
    height, n = -math.log(alpha) - 1e-12, len(outcomes)
    wrong = np.cumsum(np.asarray(outcomes, dtype=np.int64))
    path = _log_e_values(wrong, np.arange(1, n + 1), null, side)
    over = np.flatnonzero(path >= height)
    if len(over):
        return Watched(Decision.ALARM, int(over[0]) + 1, float(path[-1]), tuple(path.tolist()), 0, None)
    left = _until_alarm(int(wrong[-1]) if n else 0, n, null, side, height)
    return Watched(Decision.CONTINUE, None, float(path[-1]) if n else 0.0, tuple(path.tolist()), left, None)


def _until_alarm(wrong: int, n: int, null: float, side: Side, height: float) -> int | None:
    for low, high in pairwise((0, 30, 300, _FAR)):
        further = np.arange(low + 1, high + 1)
        ahead = np.flatnonzero(_log_e_values(wrong + further, n + further, null, side) >= height)
        if len(ahead):
            return int(further[ahead[0]])
    return None


def confidence_sequence(wrong: int, n: int, alpha: float) -> Interval:
    """All rates that the two-sided e-value does not reject; holds at every n at once.

    Args:
        wrong: S of n, 0 <= S <= n.
        n: Audited samples.
        alpha: P(the true rate is ever outside) at most.

    Source:
        {p : B(1+S, 1+n-S) / (p^S (1-p)^(n-S)) < 1/α}.
    """
    if not n:
        return Interval(0.0, 1.0, 1 - alpha)
    height, mode = -math.log(alpha), wrong / n
    least, most = 2.0**-1000, 1 - 2.0**-53

    def excess(rate: float) -> float:
        return log_e_value(wrong, n, min(max(rate, least), most)) - height

    # The e-value is smallest at the observed rate; without an outcome of one kind it has no bound on that side.
    low = float(optimize.brentq(excess, 0.0, mode, xtol=1e-15)) if excess(least) > 0 and wrong else 0.0
    high = float(optimize.brentq(excess, mode, 1.0, xtol=1e-15)) if excess(most) > 0 and wrong < n else 1.0
    return Interval(low, high, 1 - alpha)
