"""Models of how tasks differ, on the wire: what they expect beyond the samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import Field

from service.analysis import beta_model, two_type
from service.analysis.beta_fit import Goodness, Unidentifiable
from service.analysis.resampling_models import Fitted, Known, Prediction
from service.api.schemas.base import Read
from service.api.schemas.numbers import Bounds, Number
from service.usecases.analyses.resampling import ModelName, ResamplingAnswer

_ASSUMES = {
    ModelName.TWO_TYPE: (
        "Tasks are of two kinds: easy ones, more than half of whose samples are correct, and hard ones.",
        "Completeness and soundness of the verifier are the same for all tasks.",
    ),
    ModelName.BETA: (
        "The probability that a sample is correct varies over tasks as a Beta distribution.",
        "The verifier accepts every correct sample, and wrong ones with the same probability on every task.",
    ),
}
_SOURCES = {ModelName.TWO_TYPE: two_type.SOURCE, ModelName.BETA: beta_model.SOURCE}


class KnownRead(Read):
    """A number of a model with its interval over resampled tasks; budgets may be `inf`."""

    value: Number
    interval: Bounds


class ModelRewardRead(KnownRead):
    """The reward for one cost of a false positive."""

    false_positive_cost: Number


class ModelBudgetRead(KnownRead):
    """The best budget for one cost of a false positive; `inf` when every further attempt gains."""

    false_positive_cost: Number


class PredictionRead(Read):
    """What the model expects of a budget."""

    budget: int
    extrapolated: bool = Field(description="Above the smallest number of samples: the model's word alone.")
    true_positive: KnownRead
    false_positive: KnownRead
    expected_samples: KnownRead
    coverage: KnownRead = Field(description="P(some draw is correct): what no verifier can exceed.")
    rewards: list[ModelRewardRead]


class GoodnessRead(Read):
    """Pearson's test of successes per task; small p-values say that the model does not describe them."""

    statistic: float
    degrees: int
    p_value: float | None


class ModelRead(Read):
    """A fitted model, or why it is refused."""

    refused: str | None = None
    parameters: dict[str, KnownRead] = Field(default={})
    curve: list[PredictionRead] = Field(default=[])
    optimum: list[ModelBudgetRead] = Field(default=[])
    largest_difference: float | None = Field(
        default=None, description="Between the model's and the counts' TP or FP at budgets that the counts know."
    )
    goodness: GoodnessRead | None = None
    refits: int = Field(default=0, description="Resampled sets of tasks that the intervals rest on.")
    assumes: list[str]
    source: str

    @classmethod
    def of(cls, answer: ResamplingAnswer, name: ModelName) -> ModelRead | None:
        """From the use case's answer; None unless the model was asked for."""
        found = answer.models.get(name)
        if found is None:
            return None
        assumes, source = list(_ASSUMES[name]), _SOURCES[name]
        if isinstance(found, Unidentifiable):
            return cls(refused=found.reason, assumes=assumes, source=source)
        return _fitted(found, [cost for cost in answer.request.costs if math.isfinite(cost)], assumes, source)


def _fitted(found: Fitted, costs: Sequence[float], assumes: list[str], source: str) -> ModelRead:
    return ModelRead(
        parameters={name: KnownRead.model_validate(each) for name, each in found.parameters.items()},
        curve=[_prediction(each, costs) for each in found.predictions],
        optimum=[
            ModelBudgetRead(false_positive_cost=cost, value=best.value, interval=_pair(best))
            for cost, best in zip(costs, found.best, strict=True)
        ],
        largest_difference=found.largest_difference,
        goodness=_goodness(found.goodness),
        refits=found.refits,
        assumes=assumes,
        source=source,
    )


def _prediction(found: Prediction, costs: Sequence[float]) -> PredictionRead:
    return PredictionRead(
        budget=found.budget,
        extrapolated=found.extrapolated,
        true_positive=KnownRead.model_validate(found.true_positive),
        false_positive=KnownRead.model_validate(found.false_positive),
        expected_samples=KnownRead.model_validate(found.expected_samples),
        coverage=KnownRead.model_validate(found.coverage),
        rewards=[
            ModelRewardRead(false_positive_cost=cost, value=reward.value, interval=_pair(reward))
            for cost, reward in zip(costs, found.rewards, strict=True)
        ],
    )


def _goodness(found: Goodness | None) -> GoodnessRead | None:
    return None if found is None else GoodnessRead.model_validate(found)


def _pair(known: Known) -> tuple[float, float] | None:
    return None if known.interval is None else (known.interval.low, known.interval.high)
