"""Adherence of a run's samples to style and static rules, on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import NUMBER, Create, Name, Read
from service.api.schemas.numbers import Confidence, Seed
from service.api.schemas.runs import EstimateRead
from service.usecases.analyses.adherence import AdherenceRequest, Kind, RunAdherence

SOURCE = "arXiv:2411.17501, its last result: shares per task, then the unweighted mean over the tasks that have any"


class AdherenceQuery(Create):
    """Which verifiers to hold against each other, and how."""

    verifier: Annotated[Name, Field(description="The weak one, which accepts.")] = "base"
    oracle: Annotated[Name, Field(description="Taken for the truth.")] = "plus"
    static: Annotated[Name, Field(description="Whose findings and metrics say what a sample keeps to.")] = "static"
    rules: Annotated[int, Field(ge=0, le=200, description="Of the most broken rules so many are shown."), NUMBER] = 20
    confidence: Confidence = 0.95
    seed: Seed = 0

    def request(self) -> AdherenceRequest:
        """The same in the use case's words."""
        return AdherenceRequest(self.verifier, self.oracle, self.static, self.rules, self.confidence, self.seed)


class DimensionRead(Read):
    """Who keeps to one instruction, has no finding of one analyser, or does not break one rule."""

    kind: Kind
    name: str
    accepted: EstimateRead | None = Field(description="P(keeps to it | the verifier accepts).")
    correct: EstimateRead | None = Field(description="P(keeps to it | the oracle accepts).")
    false_positive: EstimateRead | None = Field(description="P(keeps to it | accepted, but not by the oracle).")


class AdherenceMethodRead(Read):
    """How adherence is computed."""

    estimator: str
    source: str
    seed: int
    confidence: float


class AdherenceRead(Read):
    """Adherence over a run; different groups rest on different tasks, `n` says on how many."""

    run_id: str
    verifier: str
    oracle: str
    static: str
    tasks: int
    samples: int
    excluded_samples: int
    repairs_left_out: int
    dimensions: list[DimensionRead]
    method: AdherenceMethodRead
    warnings: list[str]

    @classmethod
    def of(cls, found: RunAdherence) -> AdherenceRead:
        """From the use case's answer."""
        request = found.request
        return cls(
            run_id=found.run_id,
            verifier=request.verifier,
            oracle=request.oracle,
            static=request.static,
            tasks=found.tasks,
            samples=found.samples,
            excluded_samples=found.excluded_samples,
            repairs_left_out=found.repairs,
            dimensions=[
                DimensionRead(
                    kind=each.kind,
                    name=each.name,
                    accepted=_estimate(each.found.weak),
                    correct=_estimate(each.found.strong),
                    false_positive=_estimate(each.found.false_positive),
                )
                for each in found.dimensions
            ],
            method=AdherenceMethodRead(
                estimator="mean over tasks of the share that adheres; BCa cluster bootstrap over tasks",
                source=SOURCE,
                seed=request.seed,
                confidence=request.confidence,
            ),
            warnings=_warnings(found),
        )


def _estimate(found: object) -> EstimateRead | None:
    return None if found is None else EstimateRead.model_validate(found)


def _warnings(found: RunAdherence) -> list[str]:
    said = []
    if not found.samples:
        said.append("No sample has a verdict of all three verifiers: there is nothing to compute.")
    if found.excluded_samples:
        said.append(f"Left out for want of a verdict: {found.excluded_samples} samples.")
    if found.repairs:
        said.append(f"Left out because they repair others: {found.repairs} candidates.")
    if found.samples:
        said.append("Groups differ in their tasks: compare them by their intervals, not as pairs.")
    return said
