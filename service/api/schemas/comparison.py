"""Comparisons on the wire: what is asked. ``kind`` says of what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.api.schemas.base import NUMBER, Create, Name
from service.api.schemas.decisions import MOST_TASKS, Count, Positive, Probability
from service.api.schemas.numbers import Confidence, Seed
from service.usecases.analyses.comparison import MOST_MODELS, ComparedModel, ComparisonRequest, TaskCell

Figure = Annotated[float, Field(ge=-1e12, le=1e12), NUMBER]
Figures = Annotated[list[Figure], Field(min_length=1, max_length=10_000)]
Pass = Positive


class TaskCellCreate(Create):
    """One model on one task; `accepted` is by the visible verifier, `correct` by the one taken for the truth."""

    task_id: Name
    samples: Pass
    correct: Count
    accepted: Count | None = None
    accepted_correct: Count | None = None

    @model_validator(mode="after")
    def _consistent(self) -> TaskCellCreate:
        if self.correct > self.samples:
            raise ValueError(f"{self.correct} correct of {self.samples} samples")
        if (self.accepted is None) != (self.accepted_correct is None):
            raise ValueError("give both accepted and accepted_correct, or neither")
        if self.accepted is not None and self.accepted_correct is not None:
            least = self.accepted + self.correct - self.samples
            if self.accepted > self.samples or not least <= self.accepted_correct <= min(self.accepted, self.correct):
                raise ValueError("accepted, correct and accepted_correct contradict each other")
        return self


class ModelCountsCreate(Create):
    """One model's counts per task."""

    name: Name
    tasks: Annotated[list[TaskCellCreate], Field(min_length=1, max_length=MOST_TASKS)]

    @model_validator(mode="after")
    def _each_task_once(self) -> ModelCountsCreate:
        if len({task.task_id for task in self.tasks}) < len(self.tasks):
            raise ValueError("every task once")
        return self

    def model(self) -> ComparedModel:
        """The same in the use case's words."""
        return ComparedModel(
            self.name, {t.task_id: TaskCell(t.samples, t.correct, t.accepted, t.accepted_correct) for t in self.tasks}
        )


class CountsComparisonCreate(Create):
    """Several models on the same tasks."""

    kind: Literal["counts"]
    models: Annotated[list[ModelCountsCreate], Field(min_length=2, max_length=MOST_MODELS)]
    confidence: Confidence = 0.95
    seed: Seed = 0

    def request(self) -> ComparisonRequest:
        """The same in the use case's words, without the counts."""
        return ComparisonRequest(confidence=self.confidence, seed=self.seed)


class TableComparisonCreate(Create):
    """Two models with one sample per task: `[[both solve, only the first], [only the second, neither]]`."""

    kind: Literal["mcnemar"]
    table: tuple[tuple[Count, Count], tuple[Count, Count]]


class ScoresComparisonCreate(Create):
    """Two lists of figures, such as tasks solved in repeated runs, by permutation."""

    kind: Literal["scores"]
    first: Figures
    second: Figures
    paired: bool = False
    seed: Seed = 0


class PointCreate(Create):
    """A model: accuracy of a single sample, precision of what passes."""

    name: Name
    accuracy: Probability
    precision: Probability


class PointsComparisonCreate(Create):
    """The line of precision on accuracy across models."""

    kind: Literal["line"]
    points: Annotated[list[PointCreate], Field(min_length=3, max_length=1_000)]
    confidence: Confidence = 0.95


class RankedCreate(Create):
    """A model: its score on the visible benchmark and on the hidden one."""

    name: Name
    visible: Figure
    hidden: Figure


class RankingsComparisonCreate(Create):
    """Whether two benchmarks rank models alike; fewer than five are refused."""

    kind: Literal["rankings"]
    models: Annotated[list[RankedCreate], Field(max_length=1_000)]
    seed: Seed = 0
