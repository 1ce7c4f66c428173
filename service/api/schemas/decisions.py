"""Decisions on the wire: what is asked. ``kind`` says which."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.analysis.cascades import Costs, StrongTask
from service.analysis.required_quality_of_tasks import Measure
from service.analysis.stopping import BetaTasks, Payoff, TaskType, two_types
from service.api.schemas.base import NUMBER, Create, Name
from service.api.schemas.numbers import Confidence, Seed
from service.api.schemas.resampling import CountsCreate
from service.usecases.analyses.decisions import CascadeQuestion, StoppingQuestion
from service.usecases.analyses.required_quality import (
    QualityQuestion,
    StrongCounts,
    SuitesQuestion,
    TaskQualityQuestion,
)

MOST_TASKS = 20_000
Probability = Annotated[float, Field(ge=0, le=1), NUMBER]
Price = Annotated[float, Field(ge=0, le=1e6, description="In units of the benefit of a right answer."), NUMBER]
Budget = Annotated[int, Field(ge=0, le=1_000), NUMBER]
Count = Annotated[int, Field(ge=0, le=1_000_000), NUMBER]
Positive = Annotated[int, Field(ge=1, le=1_000_000), NUMBER]
Correlation = Annotated[
    float,
    Field(ge=0, le=0.999, description="Between two suites' acceptances of wrong samples; 0 is independence."),
    NUMBER,
]


class RequiredQualityCreate(Create):
    """The quality that a verifier needs, from one accuracy for all tasks."""

    kind: Literal["required_quality"]
    accuracy: Annotated[Probability, Field(description="P(right) of one sample of the weak model.")]
    completeness: Annotated[Probability, Field(description="P(accepted | right).")] = 1.0
    target: Annotated[Probability, Field(description="To match: a strong model's single-sample accuracy.")]
    budget: Annotated[Budget | None, Field(description="Samples of the weak model; null without limit.")] = None
    fpr: Annotated[Probability | None, Field(description="P(accepted | wrong) of the present verifier.")] = None
    suite_fpr: Annotated[Probability | None, Field(description="Of each further suite.")] = None
    suite_correlation: Correlation = 0.0

    def question(self) -> QualityQuestion:
        """The same in the use case's words."""
        return QualityQuestion(
            self.accuracy,
            self.completeness,
            self.target,
            self.budget,
            self.fpr,
            self.suite_fpr,
            self.suite_correlation,
        )


class StrongCountsCreate(Create):
    """A strong model's samples on one task."""

    task_id: Name
    samples: Count
    correct: Count


class RequiredQualityOfTasksCreate(Create):
    """The quality that a verifier needs, from the weak model's counts; the strong model by a number or by counts."""

    kind: Literal["required_quality_of_tasks"]
    tasks: Annotated[list[CountsCreate], Field(min_length=1, max_length=MOST_TASKS)]
    strong_accuracy: Probability | None = None
    strong: Annotated[list[StrongCountsCreate], Field(max_length=MOST_TASKS)] = Field(
        default=[], description="Counts of the strong model; tasks are paired by `task_id`."
    )
    budget: Annotated[Budget | None, Field(description="Samples of the weak model; null without limit.")] = None
    measure: Annotated[
        Measure, Field(description="Whether an abstention counts as a failure (`all_tasks`) or is left out.")
    ] = Measure.ALL_TASKS
    suite_fpr: Annotated[Probability | None, Field(description="Of each further suite.")] = None
    suite_correlation: Correlation = 0.0
    confidence: Confidence = 0.95
    seed: Seed = 0

    @model_validator(mode="after")
    def _one_strong_model(self) -> RequiredQualityOfTasksCreate:
        if (self.strong_accuracy is None) == (not self.strong):
            raise ValueError("give either strong_accuracy or counts of the strong model")
        return self

    def question(self) -> TaskQualityQuestion:
        """The same in the use case's words."""
        return TaskQualityQuestion(
            task_ids=tuple(each.task_id for each in self.tasks),
            weak=tuple(each.counts() for each in self.tasks),
            strong_accuracy=self.strong_accuracy,
            strong=tuple(StrongCounts(each.task_id, each.samples, each.correct) for each in self.strong),
            budget=self.budget,
            measure=self.measure,
            suite_fpr=self.suite_fpr,
            suite_correlation=self.suite_correlation,
            confidence=self.confidence,
            seed=self.seed,
        )


class SuitesCreate(Create):
    """How many suites must all accept."""

    kind: Literal["suites"]
    required_fpr: Probability
    suite_fpr: Probability
    correlation: Correlation = 0.0
    completeness: Annotated[Probability, Field(description="P(a suite accepts | right).")] = 1.0

    def question(self) -> SuitesQuestion:
        """The same in the use case's words."""
        return SuitesQuestion(self.required_fpr, self.suite_fpr, self.correlation, self.completeness)


class BetaTasksCreate(Create):
    """Accuracy ~ Beta(alpha, beta) over tasks; the verifier accepts every right sample and a wrong one by `fpr`."""

    type: Literal["beta_accuracy"]
    alpha: Annotated[float, Field(ge=1e-6, le=1e6), NUMBER]
    beta: Annotated[float, Field(ge=1e-6, le=1e6), NUMBER]
    fpr: Probability

    def believed(self) -> BetaTasks:
        """The same in the analysis's words."""
        return BetaTasks(self.alpha, self.beta, self.fpr)


class TwoTypesCreate(Create):
    """Easy and hard tasks under one verifier."""

    type: Literal["two_types"]
    share_easy: Probability
    easy: Annotated[Probability, Field(description="Accuracy on easy tasks.")]
    hard: Annotated[Probability, Field(description="Accuracy on hard tasks.")]
    completeness: Probability = 1.0
    soundness: Annotated[Probability, Field(description="P(refused | wrong) = 1 - fpr.")]

    def believed(self) -> tuple[TaskType, ...]:
        """The same in the analysis's words."""
        return two_types(self.share_easy, self.easy, self.hard, self.completeness, self.soundness)


class TaskTypeCreate(Create):
    """A kind of task: its share, and what one sample comes to."""

    share: Probability
    right: Annotated[Probability, Field(description="P(accepted and right).")]
    wrong: Annotated[Probability, Field(description="P(accepted and wrong).")]

    @model_validator(mode="after")
    def _possible(self) -> TaskTypeCreate:
        if self.right + self.wrong > 1 + 1e-9:
            raise ValueError("right and wrong add up to more than 1")
        return self


class TypesCreate(Create):
    """Any kinds of tasks."""

    type: Literal["task_types"]
    types: Annotated[list[TaskTypeCreate], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> TypesCreate:
        if abs(math.fsum(each.share for each in self.types) - 1) > 1e-6:
            raise ValueError("shares add up to 1")
        return self

    def believed(self) -> tuple[TaskType, ...]:
        """The same in the analysis's words."""
        return tuple(TaskType(each.share, each.right, each.wrong) for each in self.types)


class StoppingCreate(Create):
    """Whether to sample again after so many rejections."""

    kind: Literal["stopping"]
    model: Annotated[BetaTasksCreate | TwoTypesCreate | TypesCreate, Field(discriminator="type")]
    false_positive_cost: Price = 1.0
    sample_cost: Price = 0.0
    rejected: Annotated[int, Field(ge=0, le=10_000, description="Samples of this task rejected so far."), NUMBER] = 0
    steps: Annotated[int, Field(ge=1, le=200, description="Draws to show."), NUMBER] = 20

    def question(self) -> StoppingQuestion:
        """The same in the use case's words."""
        payoff = Payoff(self.false_positive_cost, self.sample_cost)
        return StoppingQuestion(self.model.believed(), payoff, self.rejected, self.steps)


class StrongRatesCreate(Create):
    """The strong model's single answer to a task."""

    right: Annotated[Probability, Field(description="P(accepted and right).")]
    wrong: Annotated[Probability, Field(description="P(accepted and wrong).")]


class CascadeTaskCreate(CountsCreate):
    """Counts of the weak model and rates of the strong one."""

    strong: StrongRatesCreate


class CascadeCreate(Create):
    """A weak model samples up to K times; what it leaves goes to a strong one."""

    kind: Literal["cascade"]
    tasks: Annotated[list[CascadeTaskCreate], Field(min_length=1, max_length=MOST_TASKS)]
    budgets: Annotated[list[Budget], Field(min_length=1, max_length=50)]
    false_positive_cost: Price = 1.0
    weak_sample_cost: Price = 0.0
    strong_call_cost: Price = 0.0
    confidence: Confidence = 0.95
    seed: Seed = 0

    def question(self) -> CascadeQuestion:
        """The same in the use case's words."""
        return CascadeQuestion(
            tasks=tuple(each.counts() for each in self.tasks),
            strong=tuple(StrongTask(each.strong.right, each.strong.wrong) for each in self.tasks),
            budgets=tuple(self.budgets),
            costs=Costs(self.false_positive_cost, self.weak_sample_cost, self.strong_call_cost),
            confidence=self.confidence,
            seed=self.seed,
        )
