"""pass@k on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.analysis.bootstrap import REPLICATES
from service.analysis.pass_at_k import MBPP_SOURCE, SOURCE
from service.api.schemas.base import NUMBER, Create, Index, Name, Read
from service.api.schemas.numbers import Bounds, Confidence, MethodRead, Replicates, Seed
from service.api.schemas.runs import EstimateRead
from service.usecases.analyses.pass_at_k import PassFigures, PassRequest, RunPasses

K = Annotated[int, Field(ge=1, le=10_000), NUMBER]


class PassCountsCreate(Create):
    """The samples of one task and how many of them pass."""

    task_id: Name | None = None
    samples: Index
    passed: Index


class PassAtKCreate(Create):
    """Counts per task."""

    tasks: Annotated[list[PassCountsCreate], Field(min_length=1, max_length=200_000)]
    k: Annotated[list[K], Field(min_length=1, max_length=100)] = Field(default=[1])
    confidence: Confidence = 0.95
    seed: Seed = 0
    replicates: Replicates = REPLICATES

    def request(self) -> PassRequest:
        """The same in the use case's words, without the counts."""
        return PassRequest(tuple(self.k), self.confidence, self.seed, self.replicates)


class PassAtKRead(Read):
    """pass@k, averaged over tasks; `variance` is that of the mean."""

    k: int
    value: float
    variance: float | None
    standard_error: float | None
    interval: Bounds
    n: int
    method: str


class SolvedRead(Read):
    """MBPP's own two numbers."""

    tasks_solved: EstimateRead | None = Field(description="Share of tasks that any of their samples solves.")
    samples_that_solve: EstimateRead | None = Field(description="Share of samples that solve their task.")


class PassFiguresRead(Read):
    """pass@k of one verifier, or of posted counts."""

    tasks: int
    excluded: int = Field(description="Tasks without a sample that has a verdict.")
    samples: int
    excluded_samples: int
    largest_k: int | None
    pass_at_k: list[PassAtKRead]
    mbpp: SolvedRead


class VerifierPassesRead(PassFiguresRead):
    """pass@k by one verifier."""

    verifier: str


class PassAnswerRead(PassFiguresRead):
    """pass@k of posted counts."""

    method: MethodRead

    @classmethod
    def of(cls, found: PassFigures, request: PassRequest) -> PassAnswerRead:
        """From the use case's answer."""
        return cls(**_fields(found), method=method_of(request))


class RunPassesRead(Read):
    """pass@k of a run by each verifier; repairs of other candidates are no samples."""

    run_id: str
    repairs_left_out: int
    verifiers: list[VerifierPassesRead]
    method: MethodRead

    @classmethod
    def of(cls, found: RunPasses, request: PassRequest) -> RunPassesRead:
        """From the use case's answer."""
        return cls(
            run_id=found.run_id,
            repairs_left_out=found.repairs,
            verifiers=[VerifierPassesRead(**_fields(each), verifier=each.verifier or "") for each in found.verifiers],
            method=method_of(request),
        )


def method_of(request: PassRequest) -> MethodRead:
    """How pass@k is computed."""
    over_tasks = "BCa cluster bootstrap over tasks" if request.replicates else "Student's t over tasks"
    return MethodRead(
        estimator="unbiased pass@k per task, mean over tasks",
        interval=f"{over_tasks}, unless the figure names another",
        source=f"{SOURCE}; {MBPP_SOURCE}",
        seed=request.seed,
        replicates=request.replicates,
        confidence=request.confidence,
    )


def _fields(found: PassFigures) -> dict[str, object]:
    return {
        "tasks": found.tasks,
        "excluded": found.excluded,
        "samples": found.samples,
        "excluded_samples": found.excluded_samples,
        "largest_k": found.largest_k,
        "pass_at_k": [PassAtKRead.model_validate(each) for each in found.pass_at_k],
        "mbpp": SolvedRead.model_validate(found.solved),
    }
