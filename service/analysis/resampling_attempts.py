"""How the share of wrong samples among accepted ones grows with the attempt at which they were accepted.

Late acceptances come from hard tasks, where a weak verifier's mistakes are most of what it accepts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service.analysis.bootstrap import FloatArray
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_curve import Curve, attempt_support, still_rejected

_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Attempts:
    """Draws first … last.

    Attributes:
        first: Counted from 1.
        last: At least ``first``.
        fdr: P(wrong | first accepted within these draws); None where nothing is.
        accepted: Probability, over tasks, that the first accepted sample falls within these draws.
        tasks: Tasks that can contribute.
        standard_error: The paper's, over the draws of the bucket; None where it has none, and in our own estimator.
    """

    first: int
    last: int
    fdr: float | None
    accepted: float
    tasks: int
    standard_error: float | None = None


def by_attempt(curve: Curve, counts: Counts) -> tuple[Attempts, ...]:
    """The fdr at each draw 1 … K: tasks weigh as much as their chance to be decided there.

    Source:
        FDR(k) = Σᵢ Pᵢ(k)·(1-πᵢ) / Σᵢ Pᵢ(k) with Pᵢ(k) = C(n-k, b-1)/C(n, b); arXiv:2411.17501, figure 5, weighted.
    """
    wrong, right = np.diff(curve.false_positive), np.diff(curve.true_positive)
    tasks = attempt_support(counts, len(wrong))
    return tuple(
        Attempts(
            k + 1, k + 1, _share(wrong[k], wrong[k] + right[k], tasks[k]), float(wrong[k] + right[k]), int(tasks[k])
        )
        for k in range(len(wrong))
    )


def in_buckets(curve: Curve, counts: Counts) -> tuple[Attempts, ...]:
    """The same in buckets 1, 2–3, 4–7, 8–15 …, each as one ratio of sums."""
    wrong, right = np.diff(curve.false_positive), np.diff(curve.true_positive)
    tasks = attempt_support(counts, len(wrong))
    found = []
    for first, last in _buckets(len(wrong)):
        part = slice(first - 1, last)
        ended = float((wrong[part] + right[part]).sum())
        fdr = _share(float(wrong[part].sum()), ended, tasks[first - 1])
        found.append(Attempts(first, last, fdr, ended, int(tasks[first - 1])))
    return tuple(found)


def published_by_attempt(counts: Counts, largest: int) -> tuple[Attempts, ...]:
    """The fdr at each draw as the paper averages it: every task that can be decided there weighs the same.

    Source:
        arXiv:2411.17501, figure 5, as the expectation over its random permutations. It overstates the fdr of early
        draws, because a task that is rarely decided there weighs as much as one that mostly is.
    """
    fdr, accepted, tasks = _unweighted(counts, largest)
    return tuple(
        Attempts(k + 1, k + 1, _share(fdr[k] * tasks[k], tasks[k], tasks[k]), float(accepted[k]), int(tasks[k]))
        for k in range(largest)
    )


def published_in_buckets(counts: Counts, largest: int) -> tuple[Attempts, ...]:
    """The paper's bars: in each bucket the plain mean over draws, with the standard deviation over them as error."""
    fdr, accepted, tasks = _unweighted(counts, largest)
    found = []
    for first, last in _buckets(largest):
        part = slice(first - 1, last)
        values = fdr[part][tasks[part] > 0]
        error = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else None
        mean = float(values.mean()) if len(values) else None
        found.append(Attempts(first, last, mean, float(accepted[part].sum()), int(tasks[first - 1]), error))
    return tuple(found)


def _unweighted(counts: Counts, largest: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    wrong, tasks, accepted = np.zeros(largest), attempt_support(counts, largest), np.zeros(largest)
    for start in range(0, len(counts.samples), _ROWS):
        part = counts.rows(start, start + _ROWS)
        weight = part.multiplicity.astype(np.float64)
        decided = -np.diff(still_rejected(part, largest), axis=1)
        wrong += (weight * (1.0 - part.precision)) @ (decided > 0).astype(np.float64)
        accepted += weight @ decided
    return wrong / np.maximum(tasks, 1), accepted / max(counts.tasks, 1), tasks


def _share(wrong: float, ended: float, tasks: float) -> float | None:
    return float(wrong / ended) if tasks > 0 and ended > 0 else None


def _buckets(largest: int) -> list[tuple[int, int]]:
    starts = [2**power for power in range(largest.bit_length())]
    return [(first, min(2 * first - 1, largest)) for first in starts if first <= largest]
