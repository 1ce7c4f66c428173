"""Decisions about verifiers: thresholds of scores, and what several verifiers come to together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from service.analysis.decisions import Method, bootstrapped
from service.analysis.ensembles import Combined, VerifierErrors, combined, correlated_and, optimal_vote, voted
from service.analysis.ensembles_of_tasks import Ensemble, Judged, ensemble_of_tasks
from service.analysis.thresholds import (
    OperatingPoint,
    PolygonCurve,
    PowerCurve,
    RocCurve,
    as_often_as,
    empirical_roc,
    one_shot,
    strictest_precision,
    unlimited,
)
from service.analysis.thresholds_of_tasks import (
    MOST_THRESHOLDS,
    ScoredSample,
    ThresholdChoice,
    best_thresholds,
    smallest_task,
)
from service.errors import InvalidInput
from service.usecases.analyses.answer import Answer, refused

MOST_WORK = 500_000_000
_SHOWN_POINTS = 500
_ROC_SOURCE = (
    "Dorner et al., arXiv:2507.12399, per query; best-of-n: 1 - (1-π)·n·∫₀¹[(1-π)(1-F)+π(1-T)]^(n-1)dF, with the "
    "factor n; unlimited: Dinkelbach 1967"
)


@dataclass(frozen=True, slots=True)
class CurveQuestion:
    """A ROC, by points (F, T) or as T = F^exponent, and how it is used."""

    points: tuple[tuple[float, float], ...] | None
    exponent: float | None
    prevalence: float
    false_positive_cost: float = 1.0
    sample_cost: float = 0.0
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BestOf:
    """Best-of-n against rejection sampling with as many draws in the mean."""

    samples: int
    best_of: float
    rejection: OperatingPoint


@dataclass(frozen=True, slots=True)
class CurveFound:
    """Thresholds on one ROC.

    Attributes:
        one_shot: One sample: accept or abstain.
        unlimited: Sample until one is accepted.
        limit: Accuracy as the threshold goes to its strictest, and of best-of-n with ever more samples.
        best_of: For each number of samples.
        roc: Points (F, T) of the ROC.
        hull: Vertices of its concave hull.
    """

    one_shot: OperatingPoint
    unlimited: OperatingPoint
    limit: float
    best_of: tuple[BestOf, ...]
    roc: tuple[tuple[float, float], ...]
    hull: tuple[tuple[float, float], ...]


async def threshold_on_curve(question: CurveQuestion) -> Answer[CurveFound]:
    """The threshold on a given ROC.

    Raises:
        InvalidInput: If the points are no ROC.
    """
    curve: RocCurve
    if question.points is not None:
        with refused("/curve/points"):
            curve = PolygonCurve.of(question.points)
    else:
        curve = PowerCurve(question.exponent or 1.0)
    found = await asyncio.to_thread(_on_curve, curve, question)
    return Answer(found, Method("closed form on the concave hull of the ROC", _ROC_SOURCE))


def _on_curve(curve: RocCurve, question: CurveQuestion) -> CurveFound:
    pi, cost = question.prevalence, question.false_positive_cost
    roc, hull = _points_of(curve)
    return CurveFound(
        one_shot=one_shot(curve, pi, cost),
        unlimited=unlimited(curve, pi, cost, question.sample_cost),
        limit=strictest_precision(curve, pi),
        best_of=tuple(BestOf(n, curve.best_of(pi, n), as_often_as(curve, pi, n)) for n in question.samples),
        roc=roc,
        hull=hull,
    )


def _points_of(curve: RocCurve) -> tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]:
    if isinstance(curve, PolygonCurve):
        roc = _shown(curve.fpr.tolist(), curve.recalls.tolist())
        return roc, _shown(curve.hull_fpr.tolist(), curve.hull_recalls.tolist())
    points = tuple((step / 100, curve.recall(step / 100)) for step in range(101))
    return points, points


def _shown(fpr: list[float], recalls: list[float]) -> tuple[tuple[float, float], ...]:
    """At most some hundred points, the first and the last among them."""
    step = max(1, -(-len(fpr) // _SHOWN_POINTS))
    kept = sorted({*range(0, len(fpr), step), len(fpr) - 1})
    return tuple((fpr[place], recalls[place]) for place in kept)


@dataclass(frozen=True, slots=True)
class ScoresQuestion:
    """Scored samples of tasks, and how a threshold would be used."""

    samples: tuple[ScoredSample, ...]
    budgets: tuple[int, ...]
    false_positive_cost: float = 1.0
    sample_cost: float = 0.0
    best_of: tuple[int, ...] = ()
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ScoresFound:
    """The best threshold per budget, joint per task, and the pooled ROC (None where all are right or all wrong)."""

    choices: tuple[ThresholdChoice, ...]
    prevalence: float
    pooled: CurveFound | None


async def threshold_of_scores(question: ScoresQuestion) -> Answer[ScoresFound]:
    """The threshold that earns most on scored samples.

    Raises:
        InvalidInput: If a budget is above the samples of a task, or there is too much to go through.
    """
    smallest = smallest_task(question.samples)
    for place, budget in enumerate(question.budgets):
        if budget > smallest:
            said = f"a budget of {budget} needs {budget} samples of every task; the largest usable budget is {smallest}"
            raise InvalidInput(said, f"/budgets/{place}")
    tasks = len({each.task_id for each in question.samples})
    levels = min(MOST_THRESHOLDS, len({each.score for each in question.samples}))
    if tasks * levels * sum(question.budgets) > MOST_WORK:
        raise InvalidInput("too many tasks, scores and budgets at once", "/budgets")
    found = await asyncio.to_thread(_of_scores, question)
    method = bootstrapped(
        "reward of every threshold, joint per task; pooled ROC with its concave hull",
        f"TP(K) - c FP(K) - λ E[draws](K) over exchangeable samples; {_ROC_SOURCE}",
        question.seed,
        question.confidence,
    )
    warnings = [
        "The reward is told of the tasks that chose the threshold; held_out is of tasks that did not.",
        "The pooled ROC mixes easy and hard tasks: best-of-n and unlimited sampling on it are per query, not per task.",
    ]
    return Answer(found, method, tasks, warnings=tuple(warnings))


def _of_scores(question: ScoresQuestion) -> ScoresFound:
    samples = question.samples
    choices = best_thresholds(
        samples,
        question.budgets,
        question.false_positive_cost,
        question.sample_cost,
        seed=question.seed,
        confidence=question.confidence,
    )
    total = sum(each.count for each in samples)
    prevalence = sum(each.count for each in samples if each.right) / total
    pooled = None
    if 0 < prevalence < 1:
        curve = empirical_roc([x.score for x in samples], [x.right for x in samples], [x.count for x in samples])
        use = CurveQuestion(
            None, None, prevalence, question.false_positive_cost, question.sample_cost, question.best_of
        )
        pooled = _on_curve(curve, use)
    return ScoresFound(tuple(choices), prevalence, pooled)


@dataclass(frozen=True, slots=True)
class EnsembleQuestion:
    """Verifiers by their rates, and the correlation of two verifiers' acceptances given the truth."""

    verifiers: tuple[VerifierErrors, ...]
    prevalence: float
    correlation: float = 0.0
    correlation_of_right: float = 0.0
    false_positive_cost: float = 1.0


@dataclass(frozen=True, slots=True)
class EnsembleFound:
    """Every verifier alone, ``needed`` of all when errors are independent, AND when not, and the weighted vote."""

    alone: tuple[Combined, ...]
    independent: tuple[Combined, ...]
    correlated: Combined | None
    vote: Combined | None


async def ensemble(question: EnsembleQuestion) -> Answer[EnsembleFound]:
    """Combinations of verifiers with given rates.

    Raises:
        InvalidInput: If no verifiers of these rates have that correlation.
    """
    verifiers, pi = question.verifiers, question.prevalence
    correlated = None
    if question.correlation or question.correlation_of_right:
        with refused("/correlation"):
            correlated = correlated_and(verifiers, pi, question.correlation, question.correlation_of_right)
    vote = None
    if 0 < pi < 1 and question.false_positive_cost > 0 and all(_within(each) for each in verifiers):
        vote = voted(verifiers, optimal_vote(verifiers, pi, question.false_positive_cost), pi)
    found = EnsembleFound(
        tuple(combined([each], pi, 1) for each in verifiers),
        tuple(combined(verifiers, pi, needed) for needed in range(1, len(verifiers) + 1)),
        correlated,
        vote,
    )
    source = "Poisson binomial; two correlated: F₁F₂ + ρ√(F₁(1-F₁)F₂(1-F₂)); vote: Nitzan and Paroush 1982"
    warnings = () if correlated else ("Independent errors are an assumption: measure them (ensemble_of_tasks).",)
    return Answer(found, Method("closed form", source), warnings=warnings)


def _within(errors: VerifierErrors) -> bool:
    return 0 < errors.recall < 1 and 0 < errors.fpr < 1


@dataclass(frozen=True, slots=True)
class MeasuredEnsembleQuestion:
    """Verdicts of all verifiers on samples of tasks."""

    verifiers: tuple[str, ...]
    samples: tuple[Judged, ...]
    false_positive_cost: float = 1.0
    confidence: float = 0.95
    seed: int = 0


async def measured_ensemble(question: MeasuredEnsembleQuestion) -> Answer[Ensemble]:
    """Combinations of verifiers as measured, with the errors that they share.

    Raises:
        InvalidInput: If a name stands there twice, or a sample has another number of verdicts.
    """
    if len(set(question.verifiers)) < len(question.verifiers):
        raise InvalidInput("every verifier once", "/verifiers")
    width = len(question.verifiers)
    for place, each in enumerate(question.samples):
        if len(each.accepted) != width:
            said = f"{len(each.accepted)} verdicts for {width} verifiers"
            raise InvalidInput(said, f"/samples/{place}/accepted")
    found = await asyncio.to_thread(
        ensemble_of_tasks,
        question.verifiers,
        question.samples,
        false_positive_cost=question.false_positive_cost,
        seed=question.seed,
        confidence=question.confidence,
    )
    method = bootstrapped(
        "ratios of sums over tasks; phi coefficient of errors; naive-Bayes weights",
        "P(both) = F² + ρF(1-F); weights: Nitzan and Paroush 1982, half a sample added to each cell",
        question.seed,
        question.confidence,
    )
    warnings = ("The weighted vote is told of the tasks that made its weights.",) if found.vote else ()
    return Answer(found, method, len({each.task_id for each in question.samples}), warnings=warnings)
