"""How sure each figure of a resampling analysis is: over tasks, never over samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from service.analysis.bootstrap import FloatArray, IntArray, bca_from, cluster_bootstrap
from service.analysis.estimates import Interval
from service.analysis.intervals import clopper_pearson, wilson
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_curve import Curve, attempt_support, outcome_columns
from service.analysis.resampling_quantities import (
    BASE,
    RATES,
    Layout,
    Plan,
    Rate,
    best_by_cost,
    columns_of,
    quantities_of,
    rate_errors,
    shown,
    support,
)

_FLAT = 1e-9
_ROWS = 4096
MAX_CELLS = 25_000_000
"""Columns times rows that a bootstrap may hold."""
MAX_WORK = 60_000_000_000
"""Replicates times columns times rows."""


@dataclass(frozen=True, slots=True)
class BestBudgets:
    """How the best budget for one cost varies with the tasks.

    Attributes:
        shares: Budget → share of resampled sets of tasks in which it is best.
        low: Lower bound of the percentile interval.
        high: Upper bound.
        near: Budgets whose reward is within one paired standard error of the best one.
    """

    shares: dict[int, float]
    low: int
    high: int
    near: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Bounds and standard errors of what ``shown`` returns, NaN where there are none, and the best budgets by cost."""

    low: FloatArray
    high: FloatArray
    error: FloatArray
    confidence: float
    best: tuple[BestBudgets, ...] = ()

    def interval(self, place: int | None) -> Interval | None:
        """The interval at a place of the layout."""
        if place is None or np.isnan(self.low[place]) or np.isnan(self.high[place]):
            return None
        return Interval(float(self.low[place]), float(self.high[place]), self.confidence)

    def standard_error(self, place: int | None) -> float | None:
        """The standard error at a place of the layout."""
        return None if place is None or np.isnan(self.error[place]) else float(self.error[place])


def bootstrap_cells(counts: Counts, largest: int) -> int:
    """Cells of the matrix that a bootstrap of these counts up to a budget holds."""
    return len(counts.samples) * (BASE + 3 * largest)


def bootstrapped(
    counts: Counts, plan: Plan, confidence: float, replicates: int, rng: np.random.Generator
) -> Uncertainty:
    """BCa intervals from a cluster bootstrap; each resampled set of tasks serves every figure.

    Args:
        counts: At least one task.
        plan: What is asked.
        confidence: Within (0, 1).
        replicates: Resampled sets, >= 1.
        rng: Source of randomness.
    """
    columns, times = columns_of(counts, plan.largest), counts.multiplicity
    means = cluster_bootstrap(lambda found: found, columns, replicates, rng, times)
    resampled = shown(means, plan)
    band = bca_from(lambda found: shown(found, plan), columns, resampled, confidence, times)
    point = shown((times @ columns / counts.tasks)[None, :], plan)[0]
    low, high = np.fmin(band.low, point), np.fmax(band.high, point)
    error = _deviation(resampled) * _unshrunk(counts.tasks)
    if counts.tasks < 2:
        low, high, error = (np.full(point.shape, np.nan) for _ in range(3))
    _widen(point, low, high, counts, plan, confidence)
    return Uncertainty(low, high, error, confidence, _best(means, columns, counts, plan, confidence))


def linearised(counts: Counts, plan: Plan, curve: Curve, confidence: float) -> Uncertainty:
    """Intervals of Student's t from linearised standard errors over tasks, without a bootstrap.

    Args:
        counts: At least one task.
        plan: What is asked.
        curve: Of the same counts up to the plan's largest budget.
        confidence: Within (0, 1).
    """
    tasks = counts.tasks
    error = np.concatenate([rate_errors(counts), _curve_errors(curve, plan), _contrast_errors(counts, plan)])
    means = np.concatenate(
        [_base_means(counts), curve.true_positive[1:], curve.false_positive[1:], curve.expected_samples[1:]]
    )
    point = shown(means[None, :], plan)[0]
    if tasks < 2:
        error = np.full(error.shape, np.nan)
    quantile = float(special.stdtrit(max(tasks - 1, 1), 0.5 + confidence / 2))
    low, high = point - quantile * error, point + quantile * error
    inside = Layout(plan).probabilities()
    low[inside], high[inside] = _on_logits(point[inside], quantile * error[inside])
    place = Layout(plan).rate(Rate.BREAK_EVEN_COST)
    if point[place] > 0:
        factor = math.exp(min(quantile * error[place] / point[place], 700.0))
        low[place], high[place] = point[place] / factor, point[place] * factor
    _widen(point, low, high, counts, plan, confidence)
    return Uncertainty(low, high, error, confidence)


def _on_logits(share: FloatArray, half: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Bounds that stay within 0 and 1, equally wide on the scale of log odds."""
    inner = np.clip(share, _FLAT, 1.0 - _FLAT)
    centre, width = special.logit(inner), half / (inner * (1.0 - inner))
    certain = (share <= _FLAT) | (share >= 1.0 - _FLAT)
    low, high = special.expit(centre - width), special.expit(centre + width)
    return np.where(certain, share, low), np.where(certain, share, high)


def _base_means(counts: Counts) -> FloatArray:
    means: FloatArray = counts.multiplicity @ columns_of(counts, 0) / counts.tasks
    return means


def _unshrunk(tasks: int) -> float:
    """Resampling T tasks understates a standard error by √((T-1)/T)."""
    return math.sqrt(tasks / (tasks - 1)) if tasks > 1 else math.nan


def _deviation(replicates: FloatArray) -> FloatArray:
    some = np.sum(~np.isnan(replicates), axis=0)
    mean = np.nansum(replicates, axis=0) / np.maximum(some, 1)
    squares = np.nansum((replicates - mean) ** 2, axis=0)
    return np.where(some > 1, np.sqrt(squares / np.maximum(some - 1, 1)), np.nan)


def _curve_errors(curve: Curve, plan: Plan) -> FloatArray:
    """Standard errors of the outcomes and rewards at the budgets shown, and of the fdr by attempt."""
    at, tasks = list(plan.budgets), curve.tasks
    means = np.stack([curve.true_positive, curve.false_positive, curve.expected_samples])
    spread = curve.moments - tasks * means[:, None] * means[None, :]

    def error(weights: tuple[float, float, float]) -> FloatArray:
        vector = np.asarray(weights)
        variance = np.einsum("i,ijk,j->k", vector, spread, vector)[at] / (tasks * max(tasks - 1, 1))
        deviation: FloatArray = np.sqrt(np.maximum(variance, 0.0))
        return deviation

    outcomes = [error(weights) for weights in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1))]
    rewards = [error((1, -cost, -plan.sample_cost)) for cost in plan.finite_costs]
    return np.concatenate([*outcomes, *rewards, _attempt_errors(curve)])


def _attempt_errors(curve: Curve) -> FloatArray:
    wrong, right = np.diff(curve.false_positive), np.diff(curve.true_positive)
    ended = wrong + right
    some = ended > 0
    fdr = np.where(some, wrong / np.where(some, ended, 1.0), np.nan)
    moments = curve.attempt_moments[:, :, 1:]
    squares = (1 - fdr) ** 2 * moments[1, 1] - 2 * fdr * (1 - fdr) * moments[0, 1] + fdr**2 * moments[0, 0]
    scale = curve.tasks / max(curve.tasks - 1, 1)
    error: FloatArray = np.sqrt(np.maximum(squares * scale, 0.0)) / (curve.tasks * np.where(some, ended, 1.0))
    return error


def _contrast_errors(counts: Counts, plan: Plan) -> FloatArray:
    tasks, sums = counts.tasks, np.zeros((2, len(plan.contrasts)))
    for start in range(0, len(counts.samples) if plan.contrasts else 0, _ROWS):
        part = counts.rows(start, start + _ROWS)
        tp, fp, drawn = (
            np.pad(each, ((0, 0), (1, 0))) for each in np.split(outcome_columns(part, plan.largest), 3, axis=1)
        )
        for place, each in enumerate(plan.contrasts):
            gained = np.zeros(len(part.samples))
            for sign, budget in ((1.0, each.budget), (-1.0, each.other)):
                gained += sign * (tp[:, budget] - each.cost * fp[:, budget] - plan.sample_cost * drawn[:, budget])
            sums[:, place] += part.multiplicity @ gained, part.multiplicity @ gained**2
    spread = sums[1] - sums[0] ** 2 / tasks
    error: FloatArray = np.sqrt(np.maximum(spread, 0.0) / (tasks * max(tasks - 1, 1)))
    return error


def _widen(point: FloatArray, low: FloatArray, high: FloatArray, counts: Counts, plan: Plan, confidence: float) -> None:
    """Give probabilities on which all tasks agree an interval over tasks: a width of zero would claim too much."""
    rests_on = _support(counts, plan)
    for place in Layout(plan).probabilities():
        value, tasks = float(point[place]), int(rests_on[place])
        if tasks < 2:
            low[place] = high[place] = np.nan
        elif high[place] - low[place] <= _FLAT:
            agreed = min(max(value, 0.0), 1.0)
            exact = min(agreed, 1 - agreed) <= _FLAT
            bounds = (clopper_pearson if exact else wilson)(round(agreed * tasks), tasks, confidence)
            low[place], high[place] = min(bounds.low, value), max(bounds.high, value)


def _support(counts: Counts, plan: Plan) -> FloatArray:
    """Tasks that each place of the layout rests on."""
    places = Layout(plan)
    found = np.full(places.contrast(len(plan.contrasts)), float(counts.tasks))
    found[: len(RATES)] = support(counts)
    found[places.attempt(1) : places.attempt(plan.largest + 1)] = attempt_support(counts, plan.largest)
    return found


def _best(
    means: FloatArray, columns: FloatArray, counts: Counts, plan: Plan, confidence: float
) -> tuple[BestBudgets, ...]:
    if counts.tasks < 2:
        return ()
    found = quantities_of(means)
    whole = quantities_of((counts.multiplicity @ columns / counts.tasks)[None, :])
    best = best_by_cost(whole, plan)
    return tuple(
        _budgets(
            drawn,
            _near(found.rewards(cost, plan.sample_cost), whole.rewards(cost, plan.sample_cost)[0], int(at[0])),
            confidence,
        )
        for cost, drawn, at in zip(plan.costs, best_by_cost(found, plan), best, strict=True)
    )


def _near(replicates: FloatArray, rewards: FloatArray, best: int) -> tuple[int, ...]:
    finite = np.isfinite(rewards)
    short = rewards[best] - rewards[finite]
    error = (replicates[:, finite] - replicates[:, [best]]).std(axis=0, ddof=1) if len(replicates) > 1 else 0.0 * short
    return tuple(int(budget) for budget in np.flatnonzero(finite)[short <= error + 1e-12])


def _budgets(drawn: IntArray, near: tuple[int, ...], confidence: float) -> BestBudgets:
    budgets, times = np.unique(drawn, return_counts=True)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf")
    shares = {int(budget): float(count / len(drawn)) for budget, count in zip(budgets, times, strict=True)}
    return BestBudgets(shares, int(low), int(high), near)
