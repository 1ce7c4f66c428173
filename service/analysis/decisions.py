"""What all answers about decisions share: where the numbers come from, and intervals of means over tasks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.bootstrap import REPLICATES, Statistic, bca_of
from service.analysis.estimates import Estimate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BCA = f"BCa interval of a cluster bootstrap over tasks, {REPLICATES} replicates"


@dataclass(frozen=True, slots=True)
class Method:
    """Where numbers come from.

    Attributes:
        estimator: In words.
        source: Publication and equation.
        interval: How intervals were made, None where there are none.
        seed: Of whatever was drawn at random, None where nothing was.
        replicates: Resampled sets of tasks, None where there are none.
        confidence: Of the intervals, or of the promise.
    """

    estimator: str
    source: str
    interval: str | None = None
    seed: int | None = None
    replicates: int | None = None
    confidence: float | None = None


def bootstrapped(estimator: str, source: str, seed: int, confidence: float) -> Method:
    """The method of what has BCa intervals over tasks."""
    interval = "BCa interval of a cluster bootstrap over tasks (Efron 1987), widened for few tasks"
    return Method(estimator, source, interval, seed, REPLICATES, confidence)


def estimated(
    statistic: Statistic,
    columns: ArrayLike,
    name: str,
    *,
    seed: int,
    confidence: float,
    multiplicity: ArrayLike | None = None,
) -> list[Estimate | None]:
    """Several functions of means over tasks, each with its interval.

    Args:
        statistic: Means over tasks, shape (B, Q) → quantities, shape (B, R), NaN where undefined.
        columns: One row per task, shape (T, Q), at least one.
        name: The estimator in words.
        seed: Of the bootstrap.
        confidence: Within (0, 1).
        multiplicity: How many tasks each row stands for.

    Returns:
        One estimate per quantity; None where it is undefined.
    """
    matrix = np.asarray(columns, dtype=np.float64)
    counts = np.ones(len(matrix)) if multiplicity is None else np.asarray(multiplicity, dtype=np.float64)
    tasks = int(counts.sum())
    values = statistic((counts @ matrix / tasks)[None, :])[0]
    rng = np.random.default_rng(seed)
    band = bca_of(statistic, matrix, rng, confidence=confidence, multiplicity=counts) if tasks > 1 else None
    found: list[Estimate | None] = []
    for place, value in enumerate(values):
        interval = None if band is None else band.interval(place)
        if np.isnan(value):
            found.append(None)
        elif interval is None:
            found.append(
                Estimate(float(value), None, tasks, f"{name}; no interval: one task says nothing about others")
            )
        elif interval.low == interval.high:
            found.append(Estimate(float(value), None, tasks, f"{name}; no interval: all tasks agree"))
        else:
            found.append(Estimate(float(value), interval, tasks, f"{name}; {BCA}"))
    return found


def first_accepted(samples: ArrayLike, accepted: ArrayLike, budget: int) -> FloatArray:
    """Probability that one of ``budget`` draws without replacement is accepted, elementwise.

    Args:
        samples: n, each >= budget.
        accepted: b, 0 <= b <= n; broadcast against ``samples``.
        budget: K >= 0.

    Source:
        1 - C(n-b, K) / C(n, K), as a running product over the smaller of b and K draws.
    """
    n, b = np.broadcast_arrays(np.asarray(samples, dtype=np.float64), np.asarray(accepted, dtype=np.float64))
    missed = np.ones(n.shape)
    # C(n-b, K) / C(n, K) = C(n-K, b) / C(n, b): the product has as many factors as the smaller of the two.
    for draw in range(int(min(budget, b.max(initial=0)))):
        if budget <= b.max(initial=0):
            missed = missed * np.clip(n - b - draw, 0, None) / np.maximum(n - draw, 1)
        else:
            factor = np.clip(n - budget - draw, 0, None) / np.maximum(n - draw, 1)
            missed = np.where(draw < b, missed * factor, missed)
    found: FloatArray = 1.0 - missed
    return found
