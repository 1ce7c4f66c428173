"""Draw samples until the verifier accepts one, at most K times: what comes of it, exactly, from counts.

The samples of a task are exchangeable, so the first accepted one is a uniform draw from the accepted ones, whenever
it comes. Acceptance within K draws without replacement is hypergeometric. Nothing has to be simulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import FloatArray, IntArray
from service.analysis.resampling_counts import Counts

_CHUNK_CELLS = 2**19


@dataclass(frozen=True, slots=True)
class Curve:
    """Means over tasks for each budget 0 … K, shape (K + 1,).

    Attributes:
        true_positive: Probability of ending with an accepted sample that is correct.
        false_positive: Probability of ending with an accepted sample that is not.
        expected_samples: Draws made.
        coverage: Probability that at least one of the draws is correct, accepted or not.
        moments: Σ over tasks of products of the first three, shape (3, 3, K + 1), for standard errors.
        attempt_moments: Σ over tasks of products of what ends at exactly draw k, (true, false), shape (2, 2, K + 1).
        tasks: How many the means are over.
    """

    true_positive: FloatArray
    false_positive: FloatArray
    expected_samples: FloatArray
    coverage: FloatArray
    moments: FloatArray
    attempt_moments: FloatArray
    tasks: int

    @property
    def abstain(self) -> FloatArray:
        """Probability that no draw is accepted."""
        return np.maximum(0.0, 1.0 - self.true_positive - self.false_positive)

    def rewards(self, false_positive_cost: float, sample_cost: float = 0.0) -> FloatArray:
        """TP(K) - c · FP(K) - λ · E[samples](K) for each budget 0 … K, shape (K + 1,).

        Source:
            arXiv:2411.17501, section 4, whose λ is 0. An infinite cost of what cannot happen is 0.
        """
        return reward_of(
            self.true_positive, self.false_positive, self.expected_samples, false_positive_cost, sample_cost
        )


def reward_of(
    true_positive: FloatArray,
    false_positive: FloatArray,
    expected_samples: FloatArray,
    false_positive_cost: float,
    sample_cost: float,
) -> FloatArray:
    """Benefit minus costs, elementwise; ∞ · 0 counts as 0."""
    if np.isinf(false_positive_cost):
        charged = np.where(false_positive > 0, np.inf, 0.0)
    else:
        charged = false_positive_cost * false_positive
    spent = np.where(expected_samples > 0, sample_cost, 0.0) * np.where(expected_samples > 0, expected_samples, 1.0)
    reward: FloatArray = true_positive - charged - spent
    return reward


def still_rejected(counts: Counts, largest: int) -> FloatArray:
    """Probability per row that the first k draws are all rejected, for k = 0 … K, shape (G, K + 1).

    Args:
        counts: Rows with at least K samples each.
        largest: K >= 0.

    Source:
        C(n-b, k) / C(n, k) as a running product.
    """
    return _all_missing(counts.samples, counts.accepted, largest)


def outcome_columns(counts: Counts, largest: int) -> FloatArray:
    """Per row: TP, FP and expected samples for each budget 1 … K, side by side, shape (G, 3K).

    Args:
        counts: Rows with at least K samples each.
        largest: K >= 0.
    """
    rejected = still_rejected(counts, largest)
    accepted, precision = 1.0 - rejected[:, 1:], counts.precision[:, None]
    drawn = np.cumsum(rejected[:, :-1], axis=1)
    return np.hstack([accepted * precision, accepted * (1.0 - precision), drawn])


def curve(counts: Counts, largest: int) -> Curve:
    """The curve over budgets 0 … K.

    Args:
        counts: At least one task.
        largest: K, at most the smallest number of samples of a task.

    Raises:
        ValueError: If there is no task, or one has fewer than K samples.

    Source:
        w(K) = 1 - C(n-b, K)/C(n, K), TP = w·t/b, FP = w·(b-t)/b, E[samples] = Σ_{k<K} C(n-b, k)/C(n, k).
        Unbiased for independent samples at every K <= n, unlike plugging b/n into (1-q)^K.
    """
    if not counts.tasks or largest > counts.largest_budget:
        raise ValueError(f"a budget of {largest} needs at least {max(largest, 1)} samples of every task")
    sums = np.zeros((4, largest + 1))
    moments, attempts = np.zeros((3, 3, largest + 1)), np.zeros((2, 2, largest + 1))
    for part in _chunks(counts, largest):
        weight: FloatArray = part.multiplicity.astype(np.float64)
        good = part.precision
        shares = np.column_stack([good, 1.0 - good])
        rejected = still_rejected(part, largest)
        accepted = 1.0 - rejected
        drawn = np.zeros_like(rejected)
        np.cumsum(rejected[:, :-1], axis=1, out=drawn[:, 1:])
        sums[:2] += (weight[:, None] * shares).T @ accepted
        sums[2] += weight @ drawn
        sums[3] += weight @ (1.0 - _all_missing(part.samples, part.correct, largest))
        pairs: FloatArray = weight[:, None, None] * shares[:, :, None] * shares[:, None, :]
        moments[:2, :2] += np.tensordot(pairs, accepted**2, axes=(0, 0))
        crossed = (weight[:, None] * shares).T @ (accepted * drawn)
        moments[2, :2] += crossed
        moments[:2, 2] += crossed
        moments[2, 2] += weight @ drawn**2
        ended = np.diff(accepted, axis=1, prepend=0.0)
        attempts += np.tensordot(pairs, ended**2, axes=(0, 0))
    means = sums / counts.tasks
    return Curve(means[0], means[1], means[2], means[3], moments, attempts, counts.tasks)


def attempt_support(counts: Counts, largest: int) -> FloatArray:
    """Tasks whose first accepted sample can be draw k, for k = 1 … K, shape (K,)."""
    last = np.where(counts.accepted > 0, counts.samples - counts.accepted + 1, 0)
    at_most = np.bincount(np.minimum(last, largest), counts.multiplicity, largest + 1).astype(np.float64)
    found: FloatArray = np.cumsum(at_most[::-1])[::-1][1:]
    return found


def _all_missing(samples: IntArray, hits: IntArray, largest: int) -> FloatArray:
    drawn = np.arange(largest)
    factors = np.ones((len(samples), largest + 1))
    factors[:, 1:] = np.clip((samples - hits)[:, None] - drawn, 0, None) / (samples[:, None] - drawn)
    return np.cumprod(factors, axis=1, out=factors).astype(np.float64, copy=False)


def _chunks(counts: Counts, largest: int) -> Iterator[Counts]:
    rows = max(1, _CHUNK_CELLS // (largest + 1))
    for start in range(0, len(counts.samples), rows):
        yield counts.rows(start, start + rows)
