"""Do two benchmarks, such as the visible and the hidden suites, rank models alike?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

FEWEST = 5
DRAWN = 10
REPEATS = 1_000


@dataclass(frozen=True, slots=True)
class RankingAgreement:
    """Agreement of two scores over models; None where one of them is the same for all.

    Attributes:
        models: Models with both scores.
        kendall: τ-b over all of them.
        kendall_p_value: That the rankings have nothing to do with each other.
        pearson: r over all of them.
        drawn: Models in each random draw.
        repeats: Draws; 0 where there are no more models than a draw takes.
        kendall_drawn: Mean of τ-b over draws, and its standard deviation.
        pearson_drawn: Mean of r over draws, and its standard deviation.
    """

    models: int
    kendall: float | None
    kendall_p_value: float | None
    pearson: float | None
    drawn: int
    repeats: int
    kendall_drawn: tuple[float, float] | None
    pearson_drawn: tuple[float, float] | None


def ranking_agreement(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> RankingAgreement:
    """How far two scores agree on the order of models.

    Args:
        first: One score per model, at least five models.
        second: The other score of the same models.
        seed: Of the draws.

    Raises:
        ValueError: If there are fewer than five models or the lists differ in length.

    Source:
        BenchBench, Perlitz et al. 2024, arXiv:2407.13696: τ-b and r over models drawn at random, ten at a time,
        repeated. With ten models or fewer there is one draw, all of them.
    """
    if len(first) != len(second) or len(first) < FEWEST:
        raise ValueError(f"agreement of rankings needs the same models in both, at least {FEWEST}")
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    tau, p_value = _kendall(one, two)
    repeats = REPEATS if len(one) > DRAWN else 0
    rng = np.random.default_rng(seed)
    taus, rs = [], []
    for _ in range(repeats):
        some = rng.choice(len(one), DRAWN, replace=False)
        taus.append(_kendall(one[some], two[some])[0])
        rs.append(_pearson(one[some], two[some]))
    return RankingAgreement(
        models=len(one),
        kendall=tau,
        kendall_p_value=p_value,
        pearson=_pearson(one, two),
        drawn=min(DRAWN, len(one)),
        repeats=repeats,
        kendall_drawn=_spread(taus),
        pearson_drawn=_spread(rs),
    )


def _kendall(one: np.ndarray, two: np.ndarray) -> tuple[float | None, float | None]:
    if np.ptp(one) == 0 or np.ptp(two) == 0:
        return None, None
    found = stats.kendalltau(one, two)
    return float(found.statistic), float(found.pvalue)


def _pearson(one: np.ndarray, two: np.ndarray) -> float | None:
    centred = one - one.mean(), two - two.mean()
    size = math.sqrt(float(np.sum(centred[0] ** 2))) * math.sqrt(float(np.sum(centred[1] ** 2)))
    return min(1.0, max(-1.0, float(np.sum(centred[0] * centred[1])) / size)) if size > 0 else None


def _spread(values: Sequence[float | None]) -> tuple[float, float] | None:
    some = [value for value in values if value is not None]
    return (float(np.mean(some)), float(np.std(some, ddof=1))) if len(some) > 1 else None
