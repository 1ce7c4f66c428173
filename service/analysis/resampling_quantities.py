"""Every figure of a resampling analysis as one function of means over tasks, so that all are resampled together.

The columns of a task are its counts and shares (``BASE``), then TP, FP and expected samples for each budget 1 … K.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from service.analysis.bootstrap import FloatArray
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_curve import outcome_columns, reward_of
from service.analysis.resampling_optimum import best_budgets


class Rate(StrEnum):
    """Figures that do not depend on the budget."""

    ACCURACY = "accuracy"
    ACCEPTANCE = "acceptance"
    MACRO = "macro"
    MACRO_IF_ABSTAIN_WRONG = "macro_if_abstain_wrong"
    MACRO_IF_ABSTAIN_RIGHT = "macro_if_abstain_right"
    POOLED = "pooled"
    FDR_MACRO = "fdr_macro"
    FDR_POOLED = "fdr_pooled"
    FPR = "fpr"
    COMPLETENESS = "completeness"
    BREAK_EVEN_COST = "break_even_cost"
    LIMIT_ABSTAIN = "limit_abstain"


RATES = tuple(Rate)
_N, _B, _P, _T, _ACCURACY, _ACCEPTANCE, _ANY, _PRECISION, _RIGHT_SHARE, _WRONG_SHARE = range(10)
BASE = 10
"""Columns before those of the budgets."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """The reward at ``budget`` minus that at ``other``, for one finite cost of a false positive."""

    cost: float
    budget: int
    other: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of the counts.

    Attributes:
        largest: The last budget scanned, K.
        budgets: Budgets to show, each within 0 … K.
        costs: Costs of a false positive, >= 0, may be infinite.
        sample_cost: λ >= 0, may be infinite.
        published: The paper's own estimators where they differ.
        contrasts: Pairs of budgets to compare on the same tasks.
    """

    largest: int
    budgets: tuple[int, ...]
    costs: tuple[float, ...]
    sample_cost: float = 0.0
    published: bool = False
    contrasts: tuple[Contrast, ...] = ()

    @property
    def finite_costs(self) -> tuple[float, ...]:
        """Costs whose rewards have intervals."""
        return tuple(cost for cost in self.costs if math.isfinite(cost) and math.isfinite(self.sample_cost))


@dataclass(frozen=True, slots=True)
class Quantities:
    """Figures of each of B sets of tasks; NaN where undefined.

    Attributes:
        rates: Shape (B, number of rates), in the order of ``RATES``.
        true_positive: For budgets 0 … K, shape (B, K + 1).
        false_positive: Likewise.
        expected_samples: Likewise.
    """

    rates: FloatArray
    true_positive: FloatArray
    false_positive: FloatArray
    expected_samples: FloatArray

    def rewards(self, cost: float, sample_cost: float) -> FloatArray:
        """Rewards for budgets 0 … K, shape (B, K + 1)."""
        return reward_of(self.true_positive, self.false_positive, self.expected_samples, cost, sample_cost)

    def attempts(self) -> FloatArray:
        """P(wrong | first accepted at draw k) for k = 1 … K, shape (B, K); NaN where nothing is first accepted."""
        wrong = np.diff(self.false_positive, axis=1)
        return ratio(wrong, wrong + np.diff(self.true_positive, axis=1))


def columns_of(counts: Counts, largest: int) -> FloatArray:
    """Columns of each row of counts, shape (G, BASE + 3K)."""
    n, b, p, t = (values.astype(np.float64) for values in _counts(counts))
    some = (b > 0).astype(np.float64)
    base = [n, b, p, t, p / n, b / n, some, counts.precision, t / n, (b - t) / n]
    return np.hstack([np.column_stack(base), outcome_columns(counts, largest)])


def quantities_of(means: FloatArray) -> Quantities:
    """Figures from means of the columns, shape (B, BASE + 3K)."""
    blocks = [np.pad(part, ((0, 0), (1, 0))) for part in np.split(means[:, BASE:], 3, axis=1)]
    return Quantities(_rates(means), *blocks)


def shown(means: FloatArray, plan: Plan) -> FloatArray:
    """What gets an interval, side by side, in the order of ``Layout``.

    Args:
        means: Shape (B, BASE + 3K).
        plan: What is asked.
    """
    found = quantities_of(means)
    at = list(plan.budgets)
    tp, fp, drawn = (each[:, at] for each in (found.true_positive, found.false_positive, found.expected_samples))
    rewards = [reward_of(tp, fp, drawn, cost, plan.sample_cost) for cost in plan.finite_costs]
    return np.hstack(
        [found.rates, tp, fp, 1.0 - tp - fp, drawn, *rewards, found.attempts(), *_differences(found, plan)]
    )


def _differences(found: Quantities, plan: Plan) -> list[FloatArray]:
    return [
        (rewards[:, each.budget] - rewards[:, each.other])[:, None]
        for each in plan.contrasts
        for rewards in (found.rewards(each.cost, plan.sample_cost),)
    ]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in what ``shown`` returns."""

    plan: Plan

    def rate(self, rate: Rate) -> int:
        """Place of a rate."""
        return RATES.index(rate)

    def outcome(self, kind: int, budget: int) -> int:
        """Place of TP (0), FP (1), abstaining (2) or samples (3) at the ``budget``-th budget shown."""
        return len(RATES) + kind * len(self.plan.budgets) + budget

    def reward(self, cost: float, budget: int) -> int | None:
        """Place of the reward at the ``budget``-th budget shown; None where the cost is infinite."""
        if cost not in self.plan.finite_costs:
            return None
        return self.outcome(4 + self.plan.finite_costs.index(cost), budget)

    def attempt(self, number: int) -> int:
        """Place of the fdr at attempt ``number``, counted from 1."""
        return self.outcome(4 + len(self.plan.finite_costs), 0) + number - 1

    def contrast(self, place: int) -> int:
        """Place of the ``place``-th contrast."""
        return self.attempt(self.plan.largest + 1) + place

    def probabilities(self) -> list[int]:
        """Places of what lies between 0 and 1."""
        rates = [place for place, rate in enumerate(RATES) if rate is not Rate.BREAK_EVEN_COST]
        attempts = range(self.attempt(1), self.attempt(self.plan.largest + 1))
        return [*rates, *range(self.outcome(0, 0), self.outcome(3, 0)), *attempts]


def best_by_cost(found: Quantities, plan: Plan) -> list[np.ndarray]:
    """The best budget of each set of tasks, for each cost."""
    return [best_budgets(found.rewards(cost, plan.sample_cost), published=plan.published) for cost in plan.costs]


def ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Quotients, NaN where the denominator is 0."""
    some = bottom > 0
    found: FloatArray = np.where(some, top / np.where(some, bottom, 1.0), np.nan)
    return found


def _counts(counts: Counts) -> tuple[np.ndarray, ...]:
    return counts.samples, counts.accepted, counts.correct, counts.accepted_correct


def _fractions() -> tuple[FloatArray, FloatArray]:
    """Numerator and denominator of each rate as weights of the base columns and of 1, shape (BASE + 1, rates)."""
    one = BASE
    parts: dict[Rate, tuple[dict[int, float], dict[int, float]]] = {
        Rate.ACCURACY: ({_ACCURACY: 1}, {one: 1}),
        Rate.ACCEPTANCE: ({_ACCEPTANCE: 1}, {one: 1}),
        Rate.MACRO: ({_PRECISION: 1}, {_ANY: 1}),
        Rate.MACRO_IF_ABSTAIN_WRONG: ({_PRECISION: 1}, {one: 1}),
        Rate.MACRO_IF_ABSTAIN_RIGHT: ({_PRECISION: 1, one: 1, _ANY: -1}, {one: 1}),
        Rate.POOLED: ({_T: 1}, {_B: 1}),
        Rate.FDR_MACRO: ({_ANY: 1, _PRECISION: -1}, {_ANY: 1}),
        Rate.FDR_POOLED: ({_B: 1, _T: -1}, {_B: 1}),
        Rate.FPR: ({_B: 1, _T: -1}, {_N: 1, _P: -1}),
        Rate.COMPLETENESS: ({_T: 1}, {_P: 1}),
        Rate.BREAK_EVEN_COST: ({_RIGHT_SHARE: 1}, {_WRONG_SHARE: 1}),
        Rate.LIMIT_ABSTAIN: ({one: 1, _ANY: -1}, {one: 1}),
    }
    tops, bottoms = np.zeros((BASE + 1, len(RATES))), np.zeros((BASE + 1, len(RATES)))
    for place, rate in enumerate(RATES):
        for matrix, weights in zip((tops, bottoms), parts[rate], strict=True):
            matrix[list(weights), place] = list(weights.values())
    return tops, bottoms


_TOPS, _BOTTOMS = _fractions()


def _rates(means: FloatArray) -> FloatArray:
    base = np.hstack([means[:, :BASE], np.ones((len(means), 1))])
    return ratio(base @ _TOPS, base @ _BOTTOMS)


def rate_errors(counts: Counts) -> FloatArray:
    """Linearised standard error of each rate, shape (number of rates,); NaN where undefined.

    Source:
        Cochran 1977, eq. 6.13: SE² = T/(T-1) · Σ(aᵢ - ρbᵢ)² / (Σb)², over all T tasks.
    """
    base = np.hstack([columns_of(counts, 0), np.ones((len(counts.samples), 1))])
    weight, tasks = counts.multiplicity.astype(np.float64), counts.tasks
    tops, bottoms = base @ _TOPS, base @ _BOTTOMS
    total = weight @ bottoms
    rates = ratio(weight @ tops, total)
    spread = weight @ (tops - np.nan_to_num(rates) * bottoms) ** 2
    return np.where(total > 0, np.sqrt(spread * tasks / max(tasks - 1, 1)) / np.where(total > 0, total, 1.0), np.nan)


def support(counts: Counts) -> FloatArray:
    """Tasks that each rate rests on (those with a denominator), shape (number of rates,)."""
    base = np.hstack([columns_of(counts, 0), np.ones((len(counts.samples), 1))])
    return counts.multiplicity.astype(np.float64) @ (base @ _BOTTOMS > 0).astype(np.float64)
