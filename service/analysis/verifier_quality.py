"""How good verifiers are: rates against an oracle, alone and as a set, with intervals over tasks.

A candidate is bad when the oracle does not accept it. Cells of a task stand in the order true positive (accepted and
good), false positive (accepted and bad), false negative (refused and good), true negative (refused and bad).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.bootstrap import REPLICATES, Statistic, bca_of
from service.analysis.estimates import Estimate
from service.analysis.rates import mean_share, pooled_ratio

FloatArray = NDArray[np.float64]

_BOOTSTRAP = f"BCa interval of a cluster bootstrap over tasks, {REPLICATES} replicates"


def seeded(seed: int) -> np.random.Generator:
    """A source of randomness that gives the same intervals for the same seed."""
    return np.random.default_rng(seed)


@dataclass(frozen=True, slots=True)
class VerifierRates:
    """Rates of one verifier; each is None where its denominator is empty.

    Attributes:
        precision: P(good | accepted), pooled over tasks.
        precision_macro: The same as a mean over tasks with an accepted candidate.
        fdr: P(bad | accepted) = 1 - precision.
        fpr: P(accepted | bad).
        recall: P(accepted | good), the verifier's completeness.
        soundness: P(refused | bad) = 1 - fpr.
        mcc: Matthews correlation coefficient, in [-1, 1].
    """

    precision: Estimate | None
    precision_macro: Estimate | None
    fdr: Estimate | None
    fpr: Estimate | None
    recall: Estimate | None
    soundness: Estimate | None
    mcc: Estimate | None


def verifier_rates(cells: ArrayLike, rng: np.random.Generator, confidence: float = 0.95) -> VerifierRates:
    """Rates of a verifier against an oracle.

    Args:
        cells: Counts per task, shape (T, 4), in the module's order.
        rng: For the interval of the MCC.
        confidence: Within (0, 1).

    Returns:
        Ratios of sums with linearised intervals over tasks; the MCC with a BCa interval.

    Raises:
        ValueError: If a count is negative or the shape is another one.

    Source:
        ``docs/verifiers.md``; MCC: Matthews 1975. Intervals: Cochran 1977, eq. 6.13; Efron 1987.
    """
    table = np.asarray(cells, dtype=np.int64).reshape(-1, 4)
    if np.any(table < 0):
        raise ValueError("counts are never negative")
    tp, fp, fn, tn = table.T
    return VerifierRates(
        precision=_ratio(tp, tp + fp, confidence),
        precision_macro=mean_share(tp.tolist(), (tp + fp).tolist(), confidence),
        fdr=_ratio(fp, tp + fp, confidence),
        fpr=_ratio(fp, fp + tn, confidence),
        recall=_ratio(tp, tp + fn, confidence),
        soundness=_ratio(tn, fp + tn, confidence),
        mcc=_bootstrapped(table, _mcc, "Matthews correlation of sums over tasks", rng, confidence),
    )


@dataclass(frozen=True, slots=True)
class SetRates:
    """How a set of checks aligns with the oracle: a candidate fails the set if any of its verifiers refuses it.

    Attributes:
        coverage: Bad candidates that fail / bad candidates.
        false_failure_rate: Good candidates that fail / good candidates.
        alignment: Harmonic mean of coverage and 1 - false failure rate.
    """

    coverage: Estimate | None
    false_failure_rate: Estimate | None
    alignment: Estimate | None


def set_rates(cells: ArrayLike, rng: np.random.Generator, confidence: float = 0.95) -> SetRates:
    """Rates of a set of verifiers.

    Args:
        cells: Counts per task, shape (T, 4), in the module's order, where accepted means accepted by all.
        rng: For the interval of the alignment.
        confidence: Within (0, 1).

    Source:
        EvalGen, Shankar et al. 2024, arXiv:2404.12272, section 4.3.
    """
    table = np.asarray(cells, dtype=np.int64).reshape(-1, 4)
    tp, fp, fn, tn = table.T
    return SetRates(
        coverage=_ratio(tn, fp + tn, confidence),
        false_failure_rate=_ratio(fn, tp + fn, confidence),
        alignment=_bootstrapped(table, _alignment, "harmonic mean of pooled rates", rng, confidence),
    )


def _ratio(numerators: NDArray[np.int64], denominators: NDArray[np.int64], confidence: float) -> Estimate | None:
    return pooled_ratio(numerators.tolist(), denominators.tolist(), confidence)


def _bootstrapped(
    table: NDArray[np.int64], statistic: Statistic, name: str, rng: np.random.Generator, confidence: float
) -> Estimate | None:
    """A statistic of summed cells; tasks without any candidate are left out."""
    some = table[table.sum(axis=1) > 0]
    if not len(some):
        return None
    value = float(statistic(some.sum(axis=0, dtype=np.float64)[None, :])[0, 0])
    if np.isnan(value):
        return None
    tasks = len(some)
    if tasks == 1:
        return Estimate(value, None, 1, f"{name}; no interval: one task says nothing about others")
    rows, counts = np.unique(some, axis=0, return_counts=True)
    interval = bca_of(statistic, rows, rng, confidence=confidence, multiplicity=counts).interval()
    if interval is None or interval.low == interval.high:
        return Estimate(value, None, tasks, f"{name}; no interval: all tasks agree")
    return Estimate(value, interval, tasks, f"{name}; {_BOOTSTRAP}")


def _mcc(cells: FloatArray) -> FloatArray:
    """Undefined (NaN) where verifier or oracle is of one mind."""
    tp, fp, fn, tn = cells.T
    square = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = np.where(square > 0, (tp * tn - fp * fn) / np.sqrt(square), np.nan)
    return found[:, None]


def _alignment(cells: FloatArray) -> FloatArray:
    """Undefined (NaN) without a bad or without a good candidate; 0 where all bad pass and all good fail."""
    tp, fp, fn, tn = cells.T
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage, kept = tn / (fp + tn), tp / (tp + fn)
        found: FloatArray = np.where(coverage + kept > 0, 2 * coverage * kept / (coverage + kept), 0.0)
    return np.where(np.isnan(coverage + kept), np.nan, found)[:, None]
