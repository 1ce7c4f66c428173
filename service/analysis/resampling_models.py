"""Beyond the samples one has: two models of how tasks differ, fitted to the counts, labelled as what they are.

Within the samples nothing beats the counts themselves. A model says more only where it holds; how far it departs
from the counts where both can be known is shown next to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from service.analysis import two_type
from service.analysis.beta_fit import Fit, Goodness, Unidentifiable, fit_beta, goodness, pooled_fpr, refit_beta
from service.analysis.beta_model import BetaModel
from service.analysis.bootstrap import FloatArray, cluster_bootstrap
from service.analysis.estimates import Interval
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_curve import curve
from service.analysis.resampling_quantities import ratio
from service.analysis.two_type import TwoTypes

_TWO_TYPE_REPLICATES = 500
_BETA_REPLICATES = 200
_COMPARED = 200
"""Budgets up to which a model is held against the counts."""
_LEAST_REFITS = 0.8
"""Share of resampled sets of tasks that must be fittable for an interval."""


class Model(Protocol):
    """What both models can say."""

    def outcome(self, budget: int) -> tuple[float, float, float]:
        """TP, FP and expected samples of at most ``budget`` draws."""

    def coverage(self, draws: int) -> float:
        """Probability that some draw is correct: what no verifier can exceed."""

    def best_budget(self, false_positive_cost: float, sample_cost: float = 0.0) -> float:
        """The budget with the highest reward, perhaps infinity."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is asked of a model.

    Attributes:
        budgets: Draws, beyond the samples or not.
        costs: Of a false positive, finite.
        sample_cost: λ.
        confidence: Of every interval.
        seed: Of the bootstrap.
        replicates: At most so many refits; 0 gives no intervals.
        published: The paper's own soundness, completeness and reward in the two-type model.
    """

    budgets: tuple[int, ...]
    costs: tuple[float, ...]
    sample_cost: float = 0.0
    confidence: float = 0.95
    seed: int = 0
    replicates: int = 200
    published: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A number of a model with its interval over tasks; the value may be infinite."""

    value: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model expects of a budget; ``extrapolated`` if it is above the smallest number of samples."""

    budget: int
    extrapolated: bool
    true_positive: Known
    false_positive: Known
    expected_samples: Known
    coverage: Known
    rewards: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model fitted to counts.

    Attributes:
        parameters: By name.
        predictions: In the order of the budgets asked for.
        best: The best budget for each cost.
        largest_difference: Between the model's and the counts' TP or FP at any budget that the counts know.
        goodness: Test of the distribution over tasks, where the model has one.
        refits: Resampled sets of tasks that the intervals rest on.
    """

    parameters: dict[str, Known]
    predictions: tuple[Prediction, ...]
    best: tuple[Known, ...]
    largest_difference: float
    goodness: Goodness | None = None
    refits: int = 0


@dataclass(frozen=True, slots=True)
class _Draws:
    model: Model
    refits: list[Model] = field(default_factory=list)


def fit_two_types(counts: Counts, asked: Beyond) -> Fitted | Unidentifiable:
    """The two-type model, its parameters taken from the counts.

    Returns:
        The fit, or why there is none: one type only, nothing wrong, or one sample per task.
    """
    if counts.largest_budget < 2:
        return Unidentifiable("with one sample per task no task can be called easy or hard")
    columns = two_type.columns_of(counts)
    row = two_type.fitted((counts.multiplicity @ columns / counts.tasks)[None, :])[0]
    model = _two_types(row, published=asked.published)
    if model is None:
        return Unidentifiable("all tasks are of one type, or no sample is wrong")
    replicates = min(asked.replicates, _TWO_TYPE_REPLICATES)
    draws = _Draws(model)
    if replicates:
        rng = np.random.default_rng(asked.seed)
        rows = cluster_bootstrap(two_type.fitted, columns, replicates, rng, counts.multiplicity)
        draws.refits.extend(each for each in (_two_types(row, published=asked.published) for row in rows) if each)
    names = ("easy_share", "easy_accuracy", "hard_accuracy", "completeness", "soundness")
    return _told(counts, asked, draws, replicates, names)


def fit_beta_model(counts: Counts, asked: Beyond) -> Fitted | Unidentifiable:
    """The Beta model of correctness, by maximum likelihood.

    Returns:
        The fit, or why the counts do not determine one.
    """
    n, p, times = (each.astype(np.float64) for each in (counts.samples, counts.correct, counts.multiplicity))
    fpr = pooled_fpr(counts)
    fit = fit_beta(n, p, times)
    if isinstance(fit, Unidentifiable):
        return fit
    if fpr is None:
        return Unidentifiable("no sample is wrong, so nothing is known of the fpr")
    replicates = min(asked.replicates, _BETA_REPLICATES)
    draws = _Draws(BetaModel(fit.alpha, fit.beta, fpr))
    if replicates:
        draws.refits.extend(_beta_refits(counts, fit, replicates, np.random.default_rng(asked.seed)))
    names = ("alpha", "beta", "fpr")
    told = _told(counts, asked, draws, replicates, names)
    return told if isinstance(told, Unidentifiable) else replace(told, goodness=goodness(fit, n, p, times))


def _two_types(row: FloatArray, *, published: bool) -> TwoTypes | None:
    share, easy, hard, completeness, pooled, biased = (float(each) for each in row)
    soundness = min(max(biased, 0.0), 1.0) if published else pooled
    completeness = 1.0 if published else completeness
    values = (share, easy, hard, completeness, soundness)
    return None if any(math.isnan(each) for each in values) else TwoTypes(*values)


def _beta_refits(counts: Counts, fit: Fit, replicates: int, rng: np.random.Generator) -> list[Model]:
    n, p = counts.samples.astype(np.float64), counts.correct.astype(np.float64)
    false, wrong = counts.false_positives.astype(np.float64), counts.wrong.astype(np.float64)
    share = counts.multiplicity / counts.tasks
    times = rng.multinomial(counts.tasks, share, size=replicates).astype(np.float64)
    pairs, group = np.unique(np.column_stack([n, p]), axis=0, return_inverse=True)
    summed = np.zeros((replicates, len(pairs)))
    np.add.at(summed.T, group.ravel(), times.T)
    fits = refit_beta(pairs[:, 0], pairs[:, 1], summed, fit)
    fprs = ratio(times @ false, times @ wrong)
    return [
        BetaModel(float(alpha), float(beta), float(fpr))
        for (alpha, beta), fpr in zip(fits, fprs, strict=True)
        if not np.isnan(alpha) and not np.isnan(fpr)
    ]


def _told(
    counts: Counts, asked: Beyond, draws: _Draws, replicates: int, names: Sequence[str]
) -> Fitted | Unidentifiable:
    refits = draws.refits
    if len(refits) < _LEAST_REFITS * replicates:
        return Unidentifiable("most resampled sets of these tasks do not determine the model")

    def known(value: float, again: Sequence[float]) -> Known:
        return Known(value, _percentiles(again, asked.confidence))

    named = {
        name: known(float(getattr(draws.model, name)), [float(getattr(each, name)) for each in refits])
        for name in names
    }
    best = tuple(
        known(_best(draws.model, cost, asked), [_best(each, cost, asked) for each in refits]) for cost in asked.costs
    )
    predictions = tuple(_prediction(budget, counts, asked, draws.model, refits) for budget in asked.budgets)
    return Fitted(named, predictions, best, _departure(counts, draws.model), None, len(refits))


def _best(model: Model, cost: float, asked: Beyond) -> float:
    if asked.published and isinstance(model, TwoTypes):
        return float(model.published_best_budget(cost))
    return model.best_budget(cost, asked.sample_cost)


def _prediction(budget: int, counts: Counts, asked: Beyond, model: Model, refits: Sequence[Model]) -> Prediction:
    rows = np.array([_row(each, budget, asked) for each in (model, *refits)])
    figures = [
        Known(float(rows[0, place]), _percentiles(list(rows[1:, place]), asked.confidence))
        for place in range(rows.shape[1])
    ]
    right, wrong, drawn, covered, *rewards = figures
    return Prediction(budget, budget > counts.largest_budget, right, wrong, drawn, covered, tuple(rewards))


def _row(model: Model, budget: int, asked: Beyond) -> list[float]:
    right, wrong, drawn = model.outcome(budget)
    if asked.published and isinstance(model, TwoTypes):
        rewards = [float(model.published_rewards(cost, budget)[-1]) if budget else 0.0 for cost in asked.costs]
    else:
        rewards = [right - cost * wrong - asked.sample_cost * drawn for cost in asked.costs]
    return [right, wrong, drawn, model.coverage(budget), *rewards]


def _percentiles(values: Sequence[float], confidence: float) -> Interval | None:
    """Order statistics, so that infinite values are no trouble."""
    if not len(values):
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.asarray(values), [tail, 1 - tail], method="inverted_cdf")
    return Interval(float(low), float(high), confidence)


def _departure(counts: Counts, model: Model) -> float:
    most = min(counts.largest_budget, _COMPARED)
    found = curve(counts, most)
    budgets = sorted({*range(1, min(most, 10) + 1), *(2**power for power in range(most.bit_length())), most})
    return max(
        abs(expected - float(known[budget]))
        for budget in budgets
        if budget <= most
        for expected, known in zip(model.outcome(budget)[:2], (found.true_positive, found.false_positive), strict=True)
    )
