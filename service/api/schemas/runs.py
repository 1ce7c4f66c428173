"""Runs on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from service.analysis.estimates import Interval
from service.api.schemas.base import Create, Json, Moment, Name, Read
from service.api.schemas.limits import LimitsCreate, LimitsRead
from service.domain.check import Disclosure
from service.domain.requests import CachePolicy, Isolation
from service.domain.verdict import State
from service.usecases.run_summary import QualitySummary, RunSummary, VerifierSummary
from service.usecases.runs import RunRequest, RunView
from service.usecases.upload import Upload

Names = Annotated[list[Name], Field(max_length=32)]


class RunCreate(Create):
    """One model on one task set."""

    name: Name
    model: Name
    task_set: Name
    verifiers: Annotated[list[Name], Field(min_length=1, max_length=32)] = Field(default=["base"])
    required_verifiers: Names = Field(default=[])
    limits: LimitsCreate = LimitsCreate()
    isolation: Isolation | None = None
    cache: CachePolicy = CachePolicy.USE
    disclosure: Disclosure = Disclosure.VERDICT
    candidates: list[Json] = Field(
        default=[], description="Candidates to begin with, each as a line of `POST /v1/runs/{id}/candidates`."
    )

    def request(self) -> RunRequest:
        """The same in the use case's words, without the candidates."""
        return RunRequest(
            name=self.name,
            model=self.model,
            task_set=self.task_set,
            verifiers=tuple(self.verifiers),
            required=tuple(self.required_verifiers),
            limits=self.limits.values_asked(),
            isolation=self.isolation,
            cache=self.cache,
            disclosure=self.disclosure,
        )


class RefusalRead(Read):
    """A line that was not taken, counted from 1, and why."""

    line: int
    detail: str


class UploadRead(Read):
    """What became of an upload; `refused` holds at most the first thousand of `refused_total`."""

    accepted: int
    refused: list[RefusalRead]
    refused_total: int
    replayed: bool

    @classmethod
    def of(cls, upload: Upload) -> UploadRead:
        """From the use case's answer."""
        return cls.model_validate(upload)


class ProgressRead(Read):
    """Candidates of a run."""

    total: int
    done: int
    failed: int
    cancelled: int
    verdicts: dict[str, int]


def _bounds(value: object) -> object:
    return (value.low, value.high) if isinstance(value, Interval) else value


class EstimateRead(Read):
    """A rate with its 95 % interval, how it was made and from how many units."""

    value: float
    interval: Annotated[tuple[float, float] | None, BeforeValidator(_bounds)]
    n: int
    method: str


class VerifierSummaryRead(Read):
    """One verifier over the candidates of a run."""

    verifier: str
    n: int = Field(description="Samples with a verdict.")
    accepted: int
    excluded: dict[str, int] = Field(
        description="Reason → checks that are in no rate; `repair`: verdicts on candidates that repair another one."
    )
    open: int
    coverage: float | None = Field(description="Final checks that have a verdict.")
    tasks: int
    pass_at_1: EstimateRead | None

    @classmethod
    def of(cls, summary: VerifierSummary) -> VerifierSummaryRead:
        """From the use case's answer."""
        return cls.model_validate(summary)


class QualityRead(Read):
    """One verifier against the oracle, over samples: fdr = P(wrong | accepted), fpr = P(accepted | wrong)."""

    verifier: str
    oracle: str
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    unresolved: int
    fdr: EstimateRead | None
    fpr: EstimateRead | None

    @classmethod
    def of(cls, summary: QualitySummary) -> QualityRead:
        """From the use case's answer."""
        return cls.model_validate(summary)


class RunRead(Read):
    """A run and how far it is."""

    id: str
    name: str
    model: str
    task_set: str
    verifier_names: list[str]
    required_verifiers: list[str]
    limits: LimitsRead
    isolation: Isolation
    cache: CachePolicy
    disclosure: Disclosure
    state: State
    progress: ProgressRead
    created_at: Moment | None
    cancelled_at: Moment | None

    @classmethod
    def of(cls, view: RunView) -> RunRead:
        """From the use case's answer."""
        return cls(**_run_fields(view))


class RunSummaryRead(RunRead):
    """A run with its numbers."""

    repairs: int = Field(description="Candidates that repair another one: no samples, so in no rate.")
    verifiers: list[VerifierSummaryRead]
    quality: list[QualityRead]

    @classmethod
    def of_summary(cls, summary: RunSummary) -> RunSummaryRead:
        """From the use case's answer."""
        return cls(
            **_run_fields(summary.view),
            repairs=summary.repairs,
            verifiers=[VerifierSummaryRead.of(each) for each in summary.verifiers],
            quality=[QualityRead.of(each) for each in summary.quality],
        )


class RunCreatedRead(RunRead):
    """A run that was just created, and what became of the candidates sent with it."""

    upload: UploadRead | None = None


class ProgressEvent(Read):
    """The data of a `progress` event."""

    id: str
    state: State
    progress: ProgressRead

    @classmethod
    def of(cls, view: RunView) -> ProgressEvent:
        """From the use case's answer."""
        return cls(id=view.run.id, state=view.state, progress=ProgressRead.model_validate(view.progress))


def _run_fields(view: RunView) -> dict[str, object]:
    run = view.run
    return {
        "id": run.id,
        "name": run.name,
        "model": run.model,
        "task_set": run.task_set,
        "verifier_names": list(run.verifiers),
        "required_verifiers": list(run.required),
        "limits": LimitsRead.model_validate(run.limits),
        "isolation": run.isolation,
        "cache": run.cache,
        "disclosure": run.disclosure,
        "state": view.state,
        "progress": ProgressRead.model_validate(view.progress),
        "created_at": run.created_at,
        "cancelled_at": run.cancelled_at,
    }
