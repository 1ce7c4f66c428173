"""Decisions about verifiers on the wire: thresholds and ensembles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.analysis.ensembles import VerifierErrors
from service.analysis.ensembles_of_tasks import MOST_VERIFIERS, Judged
from service.analysis.thresholds_of_tasks import ScoredSample
from service.api.schemas.base import NUMBER, Create, Name
from service.api.schemas.decisions import Positive, Price, Probability
from service.api.schemas.numbers import Confidence, Seed
from service.usecases.analyses.verifier_decisions import (
    CurveQuestion,
    EnsembleQuestion,
    MeasuredEnsembleQuestion,
    ScoresQuestion,
)

MOST_SAMPLES = 50_000
Draws = Annotated[
    list[Annotated[int, Field(ge=1, le=10_000), NUMBER]],
    Field(max_length=50, description="Numbers of samples for best-of-n, each against rejection sampling."),
]
Budgets = Annotated[list[Annotated[int, Field(ge=1, le=1_000), NUMBER]], Field(min_length=1, max_length=20)]
Score = Annotated[float, Field(ge=-1e9, le=1e9, description="Higher is better."), NUMBER]


class PowerCurveCreate(Create):
    """The ROC T = F^exponent."""

    type: Literal["power"]
    exponent: Annotated[float, Field(ge=0.01, le=1), NUMBER]


class PointsCreate(Create):
    """A ROC by its points (fpr, recall); (0, 0) and (1, 1) belong to every one."""

    type: Literal["roc"]
    points: Annotated[list[tuple[Probability, Probability]], Field(max_length=10_000)]


class ThresholdCreate(Create):
    """The threshold on a given ROC, for one query."""

    kind: Literal["threshold"]
    curve: Annotated[PowerCurveCreate | PointsCreate, Field(discriminator="type")]
    prevalence: Annotated[Probability, Field(description="P(right) of a sample.")]
    false_positive_cost: Price = 1.0
    sample_cost: Price = 0.0
    samples: Draws = Field(default=[])

    def question(self) -> CurveQuestion:
        """The same in the use case's words."""
        points = tuple(self.curve.points) if isinstance(self.curve, PointsCreate) else None
        exponent = self.curve.exponent if isinstance(self.curve, PowerCurveCreate) else None
        return CurveQuestion(
            points, exponent, self.prevalence, self.false_positive_cost, self.sample_cost, tuple(self.samples)
        )


class ScoredSampleCreate(Create):
    """So many samples of a task with that score."""

    task_id: Name
    score: Score
    correct: bool
    count: Positive = 1

    def sample(self) -> ScoredSample:
        """The same in the analysis's words."""
        return ScoredSample(self.task_id, self.score, self.correct, self.count)


class ThresholdOfTasksCreate(Create):
    """The threshold that earns most on scored samples of tasks."""

    kind: Literal["threshold_of_tasks"]
    samples: Annotated[list[ScoredSampleCreate], Field(min_length=1, max_length=MOST_SAMPLES)]
    budgets: Annotated[list[Annotated[int, Field(ge=1, le=1_000), NUMBER]], Field(min_length=1, max_length=20)] = Field(
        default=[1]
    )
    false_positive_cost: Price = 1.0
    sample_cost: Price = 0.0
    best_of: Draws = Field(default=[])
    confidence: Confidence = 0.95
    seed: Seed = 0

    def question(self) -> ScoresQuestion:
        """The same in the use case's words."""
        return ScoresQuestion(
            samples=tuple(each.sample() for each in self.samples),
            budgets=tuple(self.budgets),
            false_positive_cost=self.false_positive_cost,
            sample_cost=self.sample_cost,
            best_of=tuple(self.best_of),
            confidence=self.confidence,
            seed=self.seed,
        )


class VerifierErrorsCreate(Create):
    """A verifier by its rates."""

    recall: Annotated[Probability, Field(description="P(accepted | right).")]
    fpr: Annotated[Probability, Field(description="P(accepted | wrong).")]


class EnsembleCreate(Create):
    """Several verifiers of given rates as one."""

    kind: Literal["ensemble"]
    verifiers: Annotated[list[VerifierErrorsCreate], Field(min_length=1, max_length=MOST_VERIFIERS)]
    prevalence: Annotated[Probability, Field(description="P(right) of a sample.")]
    correlation: Annotated[float, Field(ge=-1, le=1, description="Of two acceptances of a wrong sample."), NUMBER] = 0.0
    correlation_of_right: Annotated[float, Field(ge=-1, le=1, description="The same of a right sample."), NUMBER] = 0.0
    false_positive_cost: Price = 1.0

    def question(self) -> EnsembleQuestion:
        """The same in the use case's words."""
        return EnsembleQuestion(
            tuple(VerifierErrors(each.recall, each.fpr) for each in self.verifiers),
            self.prevalence,
            self.correlation,
            self.correlation_of_right,
            self.false_positive_cost,
        )


class JudgedCreate(Create):
    """So many samples of a task of which the verifiers said the same."""

    task_id: Name
    correct: bool
    accepted: Annotated[list[bool], Field(min_length=1, max_length=MOST_VERIFIERS)]
    count: Positive = 1


class EnsembleOfTasksCreate(Create):
    """Several verifiers as one, as measured, with the correlation of their errors."""

    kind: Literal["ensemble_of_tasks"]
    verifiers: Annotated[list[Name], Field(min_length=1, max_length=MOST_VERIFIERS)]
    samples: Annotated[list[JudgedCreate], Field(min_length=1, max_length=MOST_SAMPLES)]
    false_positive_cost: Price = 1.0
    confidence: Confidence = 0.95
    seed: Seed = 0

    def question(self) -> MeasuredEnsembleQuestion:
        """The same in the use case's words."""
        return MeasuredEnsembleQuestion(
            tuple(self.verifiers),
            tuple(Judged(x.task_id, x.correct, tuple(x.accepted), x.count) for x in self.samples),
            self.false_positive_cost,
            self.confidence,
            self.seed,
        )
