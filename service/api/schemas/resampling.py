"""Resampling on the wire: what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from service.analysis.bootstrap import REPLICATES
from service.analysis.resampling_counts import TaskCounts
from service.api.schemas.base import NUMBER, Create, Index, Name
from service.api.schemas.numbers import Confidence, Cost, Replicates, Seed
from service.usecases.analyses.resampling import DEFAULT_COSTS, MOST_BUDGETS, ModelName, ResamplingRequest

Budget = Annotated[int, Field(ge=0, le=100_000), NUMBER]
FarBudget = Annotated[int, Field(ge=1, le=10_000), NUMBER]
Budgets = Annotated[
    list[Budget], Field(max_length=MOST_BUDGETS, description="Most draws per task; a few up to the largest if empty.")
]
Costs = Annotated[
    list[Cost], Field(min_length=1, max_length=50, description="Cost of a false positive over the benefit of a hit.")
]
SampleCost = Annotated[Cost, Field(description="Of a sample, in the same unit.")]
PAPER = "The estimators of arXiv:2411.17501 where they differ; the answer says how."


class CountsCreate(Create):
    """One task: samples, how many the verifier accepts, how many are correct, how many are both."""

    task_id: Name | None = None
    samples: Index
    accepted: Index
    correct: Index
    accepted_correct: Index

    def counts(self) -> TaskCounts:
        """The same without the id."""
        return TaskCounts(self.samples, self.accepted, self.correct, self.accepted_correct)


class _Asked(Create):
    budgets: Budgets = Field(default=[])
    false_positive_costs: Costs = Field(default=list(DEFAULT_COSTS))
    sample_cost: SampleCost = 0.0
    confidence: Confidence = 0.95
    seed: Seed = 0
    replicates: Replicates = REPLICATES
    paper_compatible: Annotated[bool, Field(description=PAPER)] = False
    models: Annotated[list[ModelName], Field(max_length=2, description="Fitted to look beyond the samples.")] = Field(
        default=[]
    )
    extrapolate: Annotated[list[FarBudget], Field(max_length=50)] = Field(
        default=[], description="Budgets at which the models are asked."
    )

    def request(self) -> ResamplingRequest:
        """The same in the use case's words."""
        return ResamplingRequest(
            budgets=tuple(self.budgets),
            costs=tuple(self.false_positive_costs),
            sample_cost=self.sample_cost,
            confidence=self.confidence,
            seed=self.seed,
            replicates=self.replicates,
            paper_compatible=self.paper_compatible,
            models=tuple(self.models),
            extrapolate=tuple(self.extrapolate),
        )


class ResamplingQuery(_Asked):
    """What to compute of a run."""

    verifier: Annotated[Name, Field(description="Decides when to stop.")] = "base"
    oracle: Annotated[Name, Field(description="Taken for the truth.")] = "plus"

    def request(self) -> ResamplingRequest:
        """The same in the use case's words."""
        return replace(super().request(), prefix="#/query/")


class ResamplingCreate(_Asked):
    """Counts per task and what to compute of them."""

    tasks: Annotated[list[CountsCreate], Field(min_length=1, max_length=200_000)]
    compare: Annotated[list[tuple[Budget, Budget]], Field(max_length=100)] = Field(
        default=[], description="Pairs of budgets to compare on the same tasks."
    )

    def request(self) -> ResamplingRequest:
        """The same in the use case's words, without the counts."""
        return replace(super().request(), compare=tuple(self.compare))
