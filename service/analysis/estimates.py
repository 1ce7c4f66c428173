"""A number with its interval, its n and where they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval, low <= high."""

    low: float
    high: float
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate.

    Attributes:
        value: In [0, 1].
        interval: For the value, or None where no interval can be given (the method says why).
        n: Units that the value rests on: tasks, unless ``method`` says otherwise.
        method: Estimator and interval in words.
    """

    value: float
    interval: Interval | None
    n: int
    method: str
