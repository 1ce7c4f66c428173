"""Decisions on the wire: what is answered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from service.api.schemas.answers import AnswerRead
from service.api.schemas.base import Read
from service.api.schemas.numbers import Number
from service.api.schemas.runs import EstimateRead


class RequiredQuality(Read):
    """What the verifier needs; fdr = P(wrong | accepted), fpr = P(accepted | wrong)."""

    required_fdr: float
    required_fpr: float = Field(description="Largest fpr with which accepted samples are right that often.")
    required_fpr_within_budget: float | None = Field(
        description="Largest fpr with which that share of tasks ends right within the budget; null: out of reach."
    )
    smallest_budget: Number = Field(description="Samples with which a flawless verifier gets there.")
    suites: Number | None = Field(description="Further suites that must all accept to come down to `required_fpr`.")
    present_precision: float | None
    present_true_positive: float | None


class RequiredQualityRead(AnswerRead):
    """The quality that a verifier needs."""

    kind: Literal["required_quality"] = "required_quality"
    result: RequiredQuality


class Requirement(Read):
    """What it takes, from counts per task."""

    target: float
    present: float = Field(description="The measure with the present verifier.")
    perfect: float = Field(description="The measure with a verifier without false positives.")
    difference: EstimateRead | None = Field(description="Present measure minus target, on the same tasks.")
    scale: EstimateRead | None = Field(description="Share of the present false positives that may remain.")
    fdr_now: float | None
    fpr_now: float | None
    fdr: float | None
    fpr: float | None


class RequiredQualityOfTasks(Read):
    """Whether the strong model can be matched, is matched already, and by how many suites."""

    requirement: Requirement
    attainable: bool
    met: bool
    suites: Number | None


class RequiredQualityOfTasksRead(AnswerRead):
    """The quality that a verifier needs, from counts per task."""

    kind: Literal["required_quality_of_tasks"] = "required_quality_of_tasks"
    result: RequiredQualityOfTasks


class Suites(Read):
    """How many, and what they then let pass."""

    suites: Number
    fpr: float | None
    completeness: float | None


class SuitesRead(AnswerRead):
    """How many suites must all accept."""

    kind: Literal["suites"] = "suites"
    result: Suites


class StepRead(Read):
    """One draw: the chance to get there, P(right | accepted at it), what it is worth, the reward so far."""

    draw: int
    reached: float
    precision: float | None
    gain: float
    cumulated: float


class PlanRead(Read):
    """The best plan from here on; `budget` 0 means to abstain."""

    budget: Number
    reward: Number | None
    steps: list[StepRead]
    monotone: bool = Field(description="Whether the gain falls with every rejection.")


class Stopping(Read):
    """Whether to draw now, and the plan."""

    sample_again: bool
    plan: PlanRead


class StoppingRead(AnswerRead):
    """When to stop sampling."""

    kind: Literal["stopping"] = "stopping"
    result: Stopping


class CascadePointRead(Read):
    """One budget of the weak model; 0 is the strong model alone."""

    budget: int
    reward: EstimateRead
    gain: EstimateRead | None = Field(description="Over the strong model alone, paired over tasks.")
    weak_only: float
    true_positive: float
    false_positive: float
    escalated: float
    weak_samples: float


class CascadeFound(Read):
    """All budgets and the best one among them and 0."""

    points: list[CascadePointRead]
    best: int
    strong_alone: float


class CascadeRead(AnswerRead):
    """A cascade from a weak model to a strong one."""

    kind: Literal["cascade"] = "cascade"
    result: CascadeFound


class OperatingPointRead(Read):
    """What accepting at that false-positive rate comes to."""

    fpr: float
    recall: float
    precision: float | None
    expected_samples: Number
    value: float


class BestOfRead(Read):
    """Best-of-n, and rejection sampling with as many draws in the mean."""

    samples: int
    best_of: float
    rejection: OperatingPointRead


class CurveThreshold(Read):
    """Thresholds on one ROC."""

    one_shot: OperatingPointRead
    unlimited: OperatingPointRead
    limit: float
    best_of: list[BestOfRead]
    roc: list[tuple[float, float]] = Field(description="Points (fpr, recall), at most some hundred.")
    hull: list[tuple[float, float]]


class ThresholdRead(AnswerRead):
    """The threshold on a ROC."""

    kind: Literal["threshold"] = "threshold"
    result: CurveThreshold


class ThresholdChoiceRead(Read):
    """The best threshold for one budget; null where abstaining is best."""

    budget: int
    threshold: float | None
    reward: EstimateRead
    held_out: float | None = Field(description="Reward of each task at the threshold that the others choose.")
    true_positive: float
    false_positive: float
    expected_samples: float


class ScoresThreshold(Read):
    """The best threshold per budget, and the pooled ROC."""

    choices: list[ThresholdChoiceRead]
    prevalence: float
    pooled: CurveThreshold | None


class ThresholdOfTasksRead(AnswerRead):
    """The threshold that earns most on scored samples."""

    kind: Literal["threshold_of_tasks"] = "threshold_of_tasks"
    result: ScoresThreshold


class CombinedRead(Read):
    """A combination of verifiers; `needed` of them must accept, null for the weighted vote."""

    needed: int | None
    recall: float
    fpr: float
    accepted: float
    precision: float | None


class EnsembleFound(Read):
    """Alone, `needed` of all with independent errors, AND with correlated ones, and the weighted vote."""

    alone: list[CombinedRead]
    independent: list[CombinedRead]
    correlated: CombinedRead | None
    vote: CombinedRead | None


class EnsembleRead(AnswerRead):
    """Several verifiers as one."""

    kind: Literal["ensemble"] = "ensemble"
    result: EnsembleFound


class RuleRead(Read):
    """At least `needed` of `members` accept; null: the weighted vote."""

    name: str
    members: list[str]
    needed: int | None


class MeasuredRead(Read):
    """A combination as measured."""

    rule: RuleRead
    recall: EstimateRead | None
    fpr: EstimateRead | None
    fdr: EstimateRead | None
    accepted: EstimateRead | None
    fpr_if_independent: float | None


class SharedErrorsRead(Read):
    """Correlation of two verifiers' acceptances of wrong and of right samples."""

    first: str
    second: str
    of_wrong: EstimateRead | None
    of_right: EstimateRead | None


class AddedRead(Read):
    """One verifier on what all the others accept."""

    verifier: str
    recall: float | None
    fpr: float | None


class VoteRead(Read):
    """Naive-Bayes weights: log T/F if accepted, log (1-T)/(1-F) if refused."""

    if_accepted: list[float]
    if_refused: list[float]
    threshold: float


class MeasuredEnsemble(Read):
    """All combinations, what the verifiers share, and the weights of the vote."""

    combinations: list[MeasuredRead]
    shared: list[SharedErrorsRead]
    added: list[AddedRead]
    vote: VoteRead | None
    prevalence: float


class EnsembleOfTasksRead(AnswerRead):
    """Several verifiers as one, as measured."""

    kind: Literal["ensemble_of_tasks"] = "ensemble_of_tasks"
    result: MeasuredEnsemble
