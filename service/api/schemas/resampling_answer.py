"""Resampling on the wire: what is answered."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from service.analysis.estimates import Interval
from service.analysis.resampling import Best, Figure, Point
from service.analysis.resampling_attempts import Attempts
from service.analysis.resampling_quantities import Rate
from service.api.schemas.base import Read
from service.api.schemas.numbers import Bounds, MethodRead, Number
from service.api.schemas.resampling_models import ModelRead
from service.api.schemas.resampling_notes import differences_of, estimator_of, interval_of, warnings_of
from service.usecases.analyses.resampling import ModelName, ResamplingAnswer

SOURCE = "Stroebl, Kapoor, Narayanan, arXiv:2411.17501; closed form over exchangeable samples instead of permutations"
_SINGLE = (Rate.ACCURACY, Rate.ACCEPTANCE)
_PRECISION = (
    Rate.MACRO,
    Rate.MACRO_IF_ABSTAIN_WRONG,
    Rate.MACRO_IF_ABSTAIN_RIGHT,
    Rate.POOLED,
    Rate.FDR_MACRO,
    Rate.FDR_POOLED,
    Rate.FPR,
    Rate.COMPLETENESS,
)


class SingleSampleRead(Read):
    """One draw: how often it is correct, how often the verifier accepts it; means over tasks."""

    accuracy: Number | None
    acceptance: Number | None
    intervals: dict[str, Bounds]
    standard_errors: dict[str, Number | None]


class PrecisionRead(Read):
    """What an accepted sample is worth. fdr = P(wrong | accepted), fpr = P(accepted | wrong)."""

    macro: Number | None = Field(description="Mean over tasks with an accepted sample.")
    macro_tasks: int
    macro_if_abstain_wrong: Number | None = Field(description="Tasks without an accepted sample count 0.")
    macro_if_abstain_right: Number | None = Field(description="Tasks without an accepted sample count 1.")
    pooled: Number | None
    fdr_macro: Number | None
    fdr_pooled: Number | None
    fpr: Number | None = Field(description="Pooled over tasks.")
    completeness: Number | None = Field(description="P(accepted | correct), pooled over tasks.")
    intervals: dict[str, Bounds]
    standard_errors: dict[str, Number | None]


class RewardRead(Read):
    """TP - c · FP - λ · E[samples] for one cost c."""

    false_positive_cost: Number
    value: Number | None
    interval: Bounds
    standard_error: Number | None


class CurvePointRead(Read):
    """What comes of at most `budget` draws."""

    budget: int
    true_positive: Number | None
    false_positive: Number | None
    abstain: Number | None
    expected_samples: Number | None
    coverage: Number | None = Field(description="P(some draw is correct), accepted or not: pass@budget.")
    generalisation_gap: Number | None = Field(description="Answers given minus correct answers: FP.")
    selection_gap: Number | None = Field(description="Coverage minus TP: what a perfect verifier would add.")
    rewards: list[RewardRead]
    intervals: dict[str, Bounds]


class GainRead(Read):
    """The reward at the best budget minus that of one draw, on the same tasks."""

    value: Number | None
    interval: Bounds
    standard_error: Number | None


class OptimumRead(Read):
    """The best budget for one cost of a false positive; 0 means that abstaining is best."""

    false_positive_cost: Number
    budget: int | None
    reward: Number | None
    budget_limited: bool
    interval: Bounds
    gain_over_one: GainRead | None
    budget_interval: tuple[int, int] | None = Field(description="Percentiles of the best budget over resampled tasks.")
    budget_shares: dict[str, float] = Field(description="Budget → share of resampled sets of tasks where it is best.")
    near_best: list[int] = Field(description="Budgets within one paired standard error of the best reward.")


class LimitRewardRead(Read):
    """The reward of sampling without end."""

    false_positive_cost: Number
    value: Number


class LimitRead(Read):
    """Sampling without end; a task of which no sample was accepted is taken for one that is never answered."""

    true_positive: Number | None
    false_positive: Number | None
    abstain: Number | None
    expected_samples: Number | None
    rewards: list[LimitRewardRead]


class AttemptRead(Read):
    """Draws `first` to `last`: P(wrong | first accepted within them)."""

    first: int
    last: int
    fdr: Number | None
    accepted: Number
    tasks: int
    interval: Bounds = None
    standard_error: Number | None = None


class AttemptsRead(Read):
    """fdr by attempt, draw by draw and in buckets that double."""

    attempts: list[AttemptRead]
    buckets: list[AttemptRead]


class ComparisonRead(Read):
    """The reward at one budget minus that at another, paired over tasks."""

    false_positive_cost: Number
    budget: int
    other: int
    difference: Number | None
    interval: Bounds
    standard_error: Number | None


class ResamplingMethodRead(MethodRead):
    """How the figures were made, and in what the paper's own estimators differ from ours."""

    paper_compatible: bool
    differences: list[str]


class ResamplingRead(Read):
    """Resampling with an imperfect verifier."""

    run_id: str | None = None
    verifier: str | None = None
    oracle: str | None = None
    tasks: int
    excluded: int = Field(description="Tasks without a sample that has both verdicts.")
    excluded_samples: int
    repairs_left_out: int
    largest_budget: int | None
    single_sample: SingleSampleRead
    precision: PrecisionRead
    curve: list[CurvePointRead]
    optimum: list[OptimumRead]
    limit: LimitRead
    break_even_cost: Number | None
    break_even_interval: Bounds
    fdr_by_attempt: AttemptsRead
    comparisons: list[ComparisonRead]
    two_type: ModelRead | None = Field(description="Easy and hard tasks; null unless asked for.")
    beta: ModelRead | None = Field(description="Difficulty as a Beta distribution; null unless asked for.")
    method: ResamplingMethodRead
    warnings: list[str]

    @classmethod
    def of(cls, answer: ResamplingAnswer) -> ResamplingRead:
        """From the use case's answer."""
        found = answer.found
        break_even = found.rates[Rate.BREAK_EVEN_COST]
        return cls(
            run_id=answer.run_id,
            verifier=answer.verifier,
            oracle=answer.oracle,
            tasks=found.counts.tasks,
            excluded=found.counts.excluded,
            excluded_samples=answer.excluded_samples,
            repairs_left_out=answer.repairs,
            largest_budget=found.counts.largest_budget or None,
            single_sample=SingleSampleRead.model_validate(_rates(answer, _SINGLE)),
            precision=PrecisionRead.model_validate({**_rates(answer, _PRECISION), "macro_tasks": found.macro_tasks}),
            curve=_curve(answer),
            optimum=_optima(answer),
            limit=_limit(answer),
            break_even_cost=break_even.value,
            break_even_interval=break_even.interval,
            fdr_by_attempt=AttemptsRead(
                attempts=[_attempt(each, interval) for each, interval in found.attempts],
                buckets=[_attempt(each, None) for each in found.buckets],
            ),
            comparisons=_comparisons(answer),
            two_type=ModelRead.of(answer, ModelName.TWO_TYPE),
            beta=ModelRead.of(answer, ModelName.BETA),
            method=_method(answer),
            warnings=warnings_of(answer),
        )


def _rates(answer: ResamplingAnswer, rates: Sequence[Rate]) -> dict[str, object]:
    figures = {rate.value: answer.found.rates[rate] for rate in rates}
    return {
        **{name: figure.value for name, figure in figures.items()},
        "intervals": {name: figure.interval for name, figure in figures.items()},
        "standard_errors": {name: figure.standard_error for name, figure in figures.items()},
    }


def _curve(answer: ResamplingAnswer) -> list[CurvePointRead]:
    costs = answer.request.costs
    if not answer.found.points:
        nothing = Figure(None)
        rewards = (nothing,) * len(costs)
        empty = [Point(k, nothing, nothing, nothing, nothing, 0.0, rewards) for k in answer.request.budgets]
        return [_point(each, costs) for each in empty]
    return [_point(each, costs) for each in answer.found.points]


def _point(point: Point, costs: Sequence[float]) -> CurvePointRead:
    right, wrong = point.true_positive.value, point.false_positive.value
    figures = {
        "true_positive": point.true_positive,
        "false_positive": point.false_positive,
        "abstain": point.abstain,
        "expected_samples": point.expected_samples,
    }
    return CurvePointRead.model_validate(
        {
            "budget": point.budget,
            **{name: figure.value for name, figure in figures.items()},
            "coverage": None if right is None else point.coverage,
            "generalisation_gap": wrong,
            "selection_gap": None if right is None else max(0.0, point.coverage - right),
            "rewards": [
                RewardRead(
                    false_positive_cost=cost,
                    value=figure.value,
                    interval=figure.interval,
                    standard_error=figure.standard_error,
                )
                for cost, figure in zip(costs, point.rewards, strict=True)
            ],
            "intervals": {name: figure.interval for name, figure in figures.items()},
        }
    )


def _optima(answer: ResamplingAnswer) -> list[OptimumRead]:
    if not answer.found.best:
        return [_optimum(cost, None) for cost in answer.request.costs]
    return [_optimum(each.found.false_positive_cost, each) for each in answer.found.best]


def _optimum(cost: float, best: Best | None) -> OptimumRead:
    spread = None if best is None else best.spread
    return OptimumRead(
        false_positive_cost=cost,
        budget=best and best.found.budget,
        reward=best and best.found.reward,
        budget_limited=best is not None and best.found.budget_limited,
        interval=best and best.interval,
        gain_over_one=best and best.gain and GainRead.model_validate(best.gain),
        budget_interval=spread and (spread.low, spread.high),
        budget_shares={str(budget): share for budget, share in spread.shares.items()} if spread else {},
        near_best=list(spread.near) if spread else [],
    )


def _limit(answer: ResamplingAnswer) -> LimitRead:
    limit = answer.found.limit
    if limit is None:
        return LimitRead(true_positive=None, false_positive=None, abstain=None, expected_samples=None, rewards=[])
    rewards = zip(answer.request.costs, limit.rewards, strict=True)
    return LimitRead(
        true_positive=limit.true_positive,
        false_positive=limit.false_positive,
        abstain=limit.abstain,
        expected_samples=limit.expected_samples,
        rewards=[LimitRewardRead(false_positive_cost=cost, value=value) for cost, value in rewards],
    )


def _attempt(attempts: Attempts, interval: Interval | None) -> AttemptRead:
    found = AttemptRead.model_validate(attempts)
    return found.model_copy(update={"interval": (interval.low, interval.high)}) if interval else found


def _comparisons(answer: ResamplingAnswer) -> list[ComparisonRead]:
    return [
        ComparisonRead(
            false_positive_cost=each.contrast.cost,
            budget=each.contrast.budget,
            other=each.contrast.other,
            difference=each.difference.value,
            interval=each.difference.interval,
            standard_error=each.difference.standard_error,
        )
        for each in answer.found.compared
    ]


def _method(answer: ResamplingAnswer) -> ResamplingMethodRead:
    request = answer.request
    return ResamplingMethodRead(
        estimator=estimator_of(request),
        interval=interval_of(request),
        source=SOURCE,
        seed=request.seed,
        replicates=request.replicates,
        confidence=request.confidence,
        paper_compatible=request.paper_compatible,
        differences=differences_of(request),
    )
