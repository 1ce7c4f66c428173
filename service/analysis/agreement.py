"""How far two verifiers say the same, whatever is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.bootstrap import REPLICATES, bca_of
from service.analysis.estimates import Estimate

FloatArray = NDArray[np.float64]

_KAPPA = f"Cohen's kappa of sums; BCa interval of a cluster bootstrap over tasks, {REPLICATES} replicates"
_PHI = f"phi coefficient of sums; BCa interval of a cluster bootstrap over tasks, {REPLICATES} replicates"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two verifiers; None where one of them is of one mind.

    Attributes:
        observed: Share of candidates on which they agree.
        kappa: Agreement beyond chance, at most 1.
        phi: Correlation of the two verdicts, in [-1, 1].
    """

    observed: float | None
    kappa: Estimate | None
    phi: Estimate | None


def agreements(cells: ArrayLike, rng: np.random.Generator, confidence: float = 0.95) -> list[Agreement]:
    """Agreement of several pairs of verifiers, whose intervals share their resampled tasks.

    Args:
        cells: Counts per task and pair, shape (T, P, 4): both accept, only the first, only the second, neither.
        rng: For the intervals.
        confidence: Within (0, 1).

    Returns:
        One agreement per pair.

    Source:
        Cohen 1960; phi: Pearson's correlation of two binary variables.
    """
    table = np.asarray(cells, dtype=np.float64)
    if table.ndim != 3 or table.shape[2] != 4:
        raise ValueError("cells need one row of four counts per task and pair")
    tasks, pairs = table.shape[:2]
    if not tasks or not pairs:
        return [Agreement(None, None, None)] * pairs
    totals = table.sum(axis=0)
    values = _kappa_and_phi(totals.reshape(1, -1))[0]
    rows, counts = np.unique(table.reshape(tasks, -1), axis=0, return_counts=True)
    band = bca_of(_kappa_and_phi, rows, rng, confidence=confidence, multiplicity=counts) if tasks > 1 else None

    def estimate(index: int, method: str) -> Estimate | None:
        if np.isnan(values[index]):
            return None
        interval = None if band is None else band.interval(index)
        if interval is not None and interval.low == interval.high:
            interval = None
        return Estimate(float(values[index]), interval, tasks, method)

    return [
        Agreement(_observed(totals[pair]), estimate(pair, _KAPPA), estimate(pairs + pair, _PHI))
        for pair in range(pairs)
    ]


def _observed(cells: FloatArray) -> float | None:
    total = float(cells.sum())
    return float(cells[0] + cells[3]) / total if total else None


def _kappa_and_phi(sums: FloatArray) -> FloatArray:
    """Shape (B, 4 P) → (B, 2 P): all kappas, then all phis; NaN where undefined."""
    both, first, second, neither = sums.reshape(len(sums), -1, 4).transpose(2, 0, 1)
    total = both + first + second + neither
    with np.errstate(divide="ignore", invalid="ignore"):
        yes_first, yes_second = (both + first) / total, (both + second) / total
        chance = yes_first * yes_second + (1 - yes_first) * (1 - yes_second)
        kappa = ((both + neither) / total - chance) / (1 - chance)
        spread = yes_first * (1 - yes_first) * yes_second * (1 - yes_second)
        phi = (both / total - yes_first * yes_second) / np.sqrt(spread)
    undefined = ~(spread > 0)
    return np.concatenate([np.where(1 - chance > 0, kappa, np.nan), np.where(undefined, np.nan, phi)], axis=1)
