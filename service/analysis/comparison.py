"""Tests that compare models on the same tasks, from verdicts alone; nothing is fitted again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from service.analysis.decisions import FloatArray

EXACT_BELOW = 25
MOST_EXACT = 200_000
DRAWS = 9_999
NOT_APPLICABLE = (
    "Tests that need models to be fitted again (5x2cv paired t and F tests, k-fold cross-validated t test, "
    "resampled t test, .632 and .632+ bootstrap) do not apply: the models are given, and only their verdicts on fixed "
    "tasks are compared (Raschka 2018, arXiv:1811.12808)."
)


@dataclass(frozen=True, slots=True)
class McNemar:
    """Two models on tasks with one sample each.

    Attributes:
        first_only: Tasks that only the first model solves.
        second_only: Tasks that only the second solves.
        statistic: Chi-squared with continuity correction; None where no task differs.
        chi2_p_value: Of it, with one degree of freedom.
        exact_p_value: Two-sided binomial.
        p_value: The exact one below 25 differing tasks, else the chi-squared one.
    """

    first_only: int
    second_only: int
    statistic: float | None
    chi2_p_value: float | None
    exact_p_value: float
    p_value: float


def mcnemar(first_only: int, second_only: int) -> McNemar:
    """McNemar's test on the tasks that exactly one of two models solves.

    Source:
        McNemar 1947 with Edwards's correction, (|b-c|-1)²/(b+c); exact: min(1, 2 P[Bin(b+c, ½) <= min(b, c)]).
    """
    differing = first_only + second_only
    if not differing:
        return McNemar(0, 0, None, None, 1.0, 1.0)
    statistic = max(0, abs(first_only - second_only) - 1) ** 2 / differing
    asymptotic = float(stats.chi2.sf(statistic, 1))
    exact = min(1.0, 2 * float(stats.binom.cdf(min(first_only, second_only), differing, 0.5)))
    return McNemar(
        first_only, second_only, statistic, asymptotic, exact, exact if differing < EXACT_BELOW else asymptotic
    )


@dataclass(frozen=True, slots=True)
class Omnibus:
    """Whether several models differ at all; statistic and p-value are None where no task tells them apart."""

    statistic: float | None
    degrees_of_freedom: int
    p_value: float | None


def cochran_q(solved: ArrayLike) -> Omnibus:
    """Cochran's test that m models solve equally many tasks, one sample each.

    Args:
        solved: Zeros and ones, one row per task and one column per model, shape (T, m), m >= 2.

    Source:
        Cochran 1950: (m-1)[mΣG² - (ΣG)²] / [mΣL - ΣL²] ~ χ²(m-1), G per model, L per task.
    """
    table = np.asarray(solved, dtype=np.int64)
    models = table.shape[1]
    by_model, by_task = table.sum(axis=0), table.sum(axis=1)
    spread = models * int(by_task.sum()) - int((by_task**2).sum())
    if not spread:
        return Omnibus(None, models - 1, None)
    top = (models - 1) * (models * int((by_model**2).sum()) - int(by_model.sum()) ** 2)
    return Omnibus(top / spread, models - 1, float(stats.chi2.sf(top / spread, models - 1)))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that all tests together err with the level of one.

    Source:
        Holm 1979: running maximum of (m - rank) p over ascending p-values, at most 1.
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda each: p_values[each])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


@dataclass(frozen=True, slots=True)
class Permutation:
    """A permutation test.

    Attributes:
        difference: First mean minus second mean.
        p_value: Two-sided.
        p_value_greater: That the first is not larger.
        exact: All arrangements were gone through; else ``arrangements`` were drawn, the observed one counted in.
        arrangements: How many.
    """

    difference: float
    p_value: float
    p_value_greater: float
    exact: bool
    arrangements: int


def two_sample_permutation(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Permutation:
    """Whether two lists of figures differ in their means, by exchanging their labels.

    Args:
        first: At least one figure.
        second: At least one.
        seed: Of the draws, where there are more than 200,000 arrangements.

    Source:
        Fisher 1935; drawn arrangements: Phipson and Smyth 2010, (1 + hits)/(1 + draws).
    """
    values, size = np.array([*first, *second], dtype=np.float64), len(first)
    total, count = float(values.sum()), len(values)
    exact = math.comb(count, size) <= MOST_EXACT
    if exact:
        sums = np.array([math.fsum(values[list(chosen)]) for chosen in combinations(range(count), size)])
    else:
        rng = np.random.default_rng(seed)
        sums = np.array([values[rng.permutation(count)[:size]].sum() for _ in range(DRAWS)])
    means = sums / size - (total - sums) / (count - size)
    return _permutation(math.fsum(first) / size - math.fsum(second) / (count - size), means, exact=exact)


def sign_flip(differences: Sequence[float], *, seed: int = 0) -> Permutation:
    """Whether paired figures differ in their mean, by exchanging the two within pairs.

    Args:
        differences: First minus second, one per pair (task).
        seed: Of the draws, where more than 17 pairs differ.

    Source:
        Fisher 1935. Pairs without a difference change nothing and are left out of the arrangements.
    """
    return sign_flips(np.asarray(differences, dtype=np.float64).reshape(-1, 1), seed=seed)[0]


def sign_flips(differences: ArrayLike, *, seed: int = 0) -> list[Permutation]:
    """``sign_flip`` for each column, those that need draws with the same ones.

    Args:
        differences: One row per task, one column per comparison, shape (T, C).
        seed: Of the draws.
    """
    table = np.asarray(differences, dtype=np.float64)
    tasks = max(len(table), 1)
    few = np.count_nonzero(table, axis=0) <= math.log2(MOST_EXACT)
    rest = np.flatnonzero(~few)
    rng, drawn = np.random.default_rng(seed), np.zeros((0, len(rest)))
    if len(rest):
        drawn = np.concatenate([_random_signs(rng, len(table), rows) @ table[:, rest] for rows in _blocks(len(table))])
    found, place = [], 0
    for column, exact in enumerate(few):
        observed = math.fsum(table[:, column]) / tasks
        if exact:
            values = table[table[:, column] != 0, column]
            sums = _all_signs(len(values)) @ values
        else:
            sums, place = drawn[:, place], place + 1
        found.append(_permutation(observed, sums / tasks, exact=bool(exact)))
    return found


def permutation_omnibus(shares: ArrayLike, *, seed: int = 0) -> Omnibus:
    """Whether several models differ at all when tasks have several samples, by exchanging models within tasks.

    Args:
        shares: Share of passing samples, one row per task and one column per model, shape (T, m).
        seed: Of the 9,999 draws.

    Source:
        Spread of the models' means under permutations within blocks, Good 2005; (1 + hits)/(1 + draws).
    """
    table = np.asarray(shares, dtype=np.float64)
    differing = table[np.ptp(table, axis=1) > 0]
    if not len(differing):
        return Omnibus(None, table.shape[1] - 1, None)
    rng = np.random.default_rng(seed)
    observed = float(np.var(differing.sum(axis=0)))
    hits = sum(
        float(np.var(rng.permuted(differing, axis=1).sum(axis=0))) >= observed * (1 - 1e-12) for _ in range(DRAWS)
    )
    statistic = float(np.var(table.mean(axis=0), ddof=1))
    return Omnibus(statistic, table.shape[1] - 1, (1 + hits) / (1 + DRAWS))


def _permutation(observed: float, means: FloatArray, *, exact: bool) -> Permutation:
    slack = 1e-12 * max(1.0, abs(observed))
    larger, farther = int(np.sum(means >= observed - slack)), int(np.sum(np.abs(means) >= abs(observed) - slack))
    if exact:
        count = len(means)
        return Permutation(observed, farther / count, larger / count, True, count)
    count = len(means) + 1
    return Permutation(observed, (1 + farther) / count, (1 + larger) / count, False, count)


def _random_signs(rng: np.random.Generator, width: int, rows: int) -> FloatArray:
    return rng.integers(0, 2, size=(rows, width)).astype(np.float64) * 2 - 1


def _all_signs(width: int) -> FloatArray:
    patterns = np.arange(2**width)[:, None] >> np.arange(width) & 1
    return patterns.astype(np.float64) * 2 - 1


def _blocks(width: int) -> list[int]:
    """Draws a few at a time, so that memory stays small."""
    rows = max(1, 2_000_000 // max(width, 1))
    return [min(rows, DRAWS - start) for start in range(0, DRAWS, rows)]
