"""Resampling with an imperfect verifier, from counts alone: sample again until it says yes, abstain after K draws."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from service.analysis.bootstrap import REPLICATES
from service.analysis.estimates import Interval
from service.analysis.resampling_attempts import (
    Attempts,
    by_attempt,
    in_buckets,
    published_by_attempt,
    published_in_buckets,
)
from service.analysis.resampling_counts import Counts
from service.analysis.resampling_curve import Curve, curve, reward_of
from service.analysis.resampling_optimum import Optimum, optimum
from service.analysis.resampling_quantities import Contrast, Layout, Plan, Rate, columns_of, quantities_of
from service.analysis.resampling_uncertainty import BestBudgets, Uncertainty, bootstrapped, linearised


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        budgets: Budgets to show, 0 … the smallest number of samples of a task.
        costs: Costs of a false positive, >= 0, infinity included.
        sample_cost: Cost of a sample, in units of the benefit of a correct answer.
        confidence: Of every interval.
        seed: Of the bootstrap.
        replicates: Resampled sets of tasks; 0 takes linearised standard errors instead.
        published: The paper's own estimators where they differ.
        compare: Pairs of budgets to compare on the same tasks.
    """

    budgets: tuple[int, ...]
    costs: tuple[float, ...]
    sample_cost: float = 0.0
    confidence: float = 0.95
    seed: int = 0
    replicates: int = REPLICATES
    published: bool = False
    compare: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, None without data, with its interval over tasks and standard error where there are any."""

    value: float | None
    interval: Interval | None = None
    standard_error: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One budget of the curve; ``rewards`` is in the order of the costs asked for."""

    budget: int
    true_positive: Figure
    false_positive: Figure
    abstain: Figure
    expected_samples: Figure
    coverage: float
    rewards: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Best:
    """The best budget for one cost, how sure it is, and what it gains over drawing once on the same tasks."""

    found: Optimum
    interval: Interval | None
    gain: Figure | None
    spread: BestBudgets | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The reward at ``budget`` minus that at ``other``, paired over tasks."""

    contrast: Contrast
    difference: Figure


@dataclass(frozen=True, slots=True)
class Limit:
    """Sampling without end, with the counts taken for the truth: a task that accepts nothing is never answered."""

    true_positive: float
    false_positive: float
    abstain: float
    expected_samples: float
    rewards: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Resampling:
    """The answer. Without any task that has samples, everything is empty or None."""

    counts: Counts
    plan: Plan
    rates: dict[Rate, Figure]
    points: tuple[Point, ...]
    best: tuple[Best, ...]
    limit: Limit | None
    attempts: tuple[tuple[Attempts, Interval | None], ...]
    buckets: tuple[Attempts, ...]
    compared: tuple[Compared, ...]
    macro_tasks: int


def analyse(counts: Counts, question: Question) -> Resampling:
    """Every figure of resampling these samples, exact for the counts, with intervals over tasks.

    Args:
        counts: Of each task.
        question: Its largest budget is at most the smallest number of samples of a task.

    Raises:
        ValueError: If a budget is larger than that.

    Source:
        Stroebl, Kapoor, Narayanan, arXiv:2411.17501; closed form instead of its 1000 permutations.
    """
    largest = max(question.budgets, default=0)
    plan = Plan(largest, question.budgets, question.costs, question.sample_cost, question.published)
    if not counts.tasks:
        return Resampling(counts, plan, {rate: Figure(None) for rate in Rate}, (), (), None, (), (), (), 0)
    found = curve(counts, largest)
    optima = _optima(found, plan)
    plan = replace(plan, contrasts=(*_gains(optima), *_asked(question)))
    sure = _uncertainty(counts, plan, found, question)
    attempts = published_by_attempt(counts, largest) if plan.published else by_attempt(found, counts)
    intervals = [None if plan.published else sure.interval(Layout(plan).attempt(each.first)) for each in attempts]
    return Resampling(
        counts=counts,
        plan=plan,
        rates=_rates(counts, sure, plan),
        points=tuple(_point(found, sure, plan, place) for place in range(len(plan.budgets))),
        best=_bests(optima, found, sure, plan),
        limit=_limit(counts, plan),
        attempts=tuple(zip(attempts, intervals, strict=True)),
        buckets=published_in_buckets(counts, largest) if plan.published else in_buckets(found, counts),
        compared=_compared(found, sure, plan, len(_gains(optima))),
        macro_tasks=int(counts.multiplicity[counts.accepted > 0].sum()),
    )


def _optima(found: Curve, plan: Plan) -> tuple[Optimum, ...]:
    rewards = ((cost, found.rewards(cost, plan.sample_cost)) for cost in plan.costs)
    return tuple(optimum(values, cost, published=plan.published) for cost, values in rewards)


def _gains(optima: tuple[Optimum, ...]) -> tuple[Contrast, ...]:
    """For each best budget: against abstaining, which is its reward, and against drawing once."""
    return tuple(
        Contrast(each.false_positive_cost, each.budget, other)
        for each in optima
        for other in (0, 1)
        if math.isfinite(each.false_positive_cost) and each.budget
    )


def _asked(question: Question) -> tuple[Contrast, ...]:
    costs = [cost for cost in question.costs if math.isfinite(cost) and math.isfinite(question.sample_cost)]
    return tuple(Contrast(cost, budget, other) for budget, other in question.compare for cost in costs)


def _uncertainty(counts: Counts, plan: Plan, found: Curve, question: Question) -> Uncertainty:
    if not question.replicates:
        return linearised(counts, plan, found, question.confidence)
    rng = np.random.default_rng(question.seed)
    return bootstrapped(counts, plan, question.confidence, question.replicates, rng)


def _rates(counts: Counts, sure: Uncertainty, plan: Plan) -> dict[Rate, Figure]:
    means = (counts.multiplicity @ columns_of(counts, 0) / counts.tasks)[None, :]
    values = quantities_of(means).rates[0]
    places = Layout(plan)
    figures = {
        rate: Figure(_defined(values[place]), sure.interval(place), sure.standard_error(place))
        for rate in Rate
        for place in (places.rate(rate),)
    }
    if figures[Rate.BREAK_EVEN_COST].value is None and values[places.rate(Rate.ACCEPTANCE)] > 0:
        figures[Rate.BREAK_EVEN_COST] = Figure(math.inf)
    return {rate: figure if figure.value is not None else Figure(None) for rate, figure in figures.items()}


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _point(found: Curve, sure: Uncertainty, plan: Plan, place: int) -> Point:
    budget, places = plan.budgets[place], Layout(plan)

    def figure(value: float, at: int | None) -> Figure:
        return Figure(float(value), sure.interval(at), sure.standard_error(at))

    outcomes = (found.true_positive, found.false_positive, found.abstain, found.expected_samples)
    shown = [figure(values[budget], places.outcome(kind, place)) for kind, values in enumerate(outcomes)]
    rewards = [
        figure(_reward(found, budget, cost, plan.sample_cost), places.reward(cost, place)) for cost in plan.costs
    ]
    return Point(budget, shown[0], shown[1], shown[2], shown[3], float(found.coverage[budget]), tuple(rewards))


def _reward(found: Curve, budget: int, cost: float, sample_cost: float) -> float:
    tp, fp, drawn = (
        each[budget : budget + 1] for each in (found.true_positive, found.false_positive, found.expected_samples)
    )
    return float(reward_of(tp, fp, drawn, cost, sample_cost)[0])


def _bests(optima: tuple[Optimum, ...], found: Curve, sure: Uncertainty, plan: Plan) -> tuple[Best, ...]:
    answers = []
    for number, each in enumerate(optima):
        reward, gain = Figure(each.reward), None
        if each.budget and math.isfinite(each.false_positive_cost):
            places = [plan.contrasts.index(Contrast(each.false_positive_cost, each.budget, other)) for other in (0, 1)]
            reward, gain = (_contrast(found, sure, plan, place) for place in places)
            gain = gain if each.budget > 1 else None
        spread = sure.best[number] if sure.best else None
        answers.append(Best(each, reward.interval, gain, spread))
    return tuple(answers)


def _contrast(found: Curve, sure: Uncertainty, plan: Plan, number: int) -> Figure:
    each, place = plan.contrasts[number], Layout(plan).contrast(number)
    first, second = (_reward(found, budget, each.cost, plan.sample_cost) for budget in (each.budget, each.other))
    return Figure(first - second, sure.interval(place), sure.standard_error(place))


def _compared(found: Curve, sure: Uncertainty, plan: Plan, first: int) -> tuple[Compared, ...]:
    return tuple(
        Compared(plan.contrasts[number], _contrast(found, sure, plan, number))
        for number in range(first, len(plan.contrasts))
    )


def _limit(counts: Counts, plan: Plan) -> Limit:
    weight, answered = counts.multiplicity / counts.tasks, counts.accepted > 0
    right = weight @ counts.precision
    wrong = weight @ (answered * (1.0 - counts.precision))
    drawn = float(weight @ (counts.samples / np.maximum(counts.accepted, 1))) if answered.all() else math.inf
    spent = np.array([drawn if plan.sample_cost else 0.0])
    rewards = tuple(
        float(reward_of(np.array([right]), np.array([wrong]), spent, cost, plan.sample_cost)[0]) for cost in plan.costs
    )
    return Limit(float(right), float(wrong), float(weight @ ~answered), drawn, rewards)
