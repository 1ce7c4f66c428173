"""Bodies of audits and strengthenings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from service.api.schemas.base import NUMBER, WIDEST_INTEGER, Create, Read, Text
from service.domain.audit import Audit, AuditKind, AuditState, Flag, FlagKind, Review
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audits import AuditView
from service.usecases.strengthening import StrengthenOptions

_MOST_FLAGS = 500
Seed = Annotated[int, Field(ge=0, le=WIDEST_INTEGER), NUMBER]
Limit = Annotated[int, Field(ge=1, le=WIDEST_INTEGER), NUMBER]


class AuditCreate(Create):
    """How closely to look at a task set."""

    seed: Seed = Field(default=0, description="Of the mutants and of the inputs that they are compared on.")
    limit: Limit | None = Field(default=None, description="Only the first so many tasks.")
    mutants: Annotated[int, Field(ge=1, le=100), NUMBER] = Field(
        default=3, description="Mutants of one operator per task."
    )
    examples: Annotated[int, Field(ge=1, le=2000), NUMBER] = Field(
        default=150, description="Inputs on which mutants that every suite accepts are compared with the reference."
    )
    repeats: Annotated[int, Field(ge=2, le=200), NUMBER] = Field(
        default=30, description="Runs of references whose code or tests may depend on chance; others run three times."
    )
    candidates: Annotated[int, Field(ge=0, le=200), NUMBER] = Field(
        default=16, description="Recorded candidates per task to listen to."
    )

    def options(self) -> AuditOptions:
        """As the use case takes them."""
        return AuditOptions(self.seed, self.mutants, self.examples, self.repeats, self.candidates)


class StrengthenCreate(Create):
    """How much to try for stronger suites, and how much to keep."""

    seed: Seed = Field(default=0, description="Equal seeds make equal suites.")
    limit: Limit | None = Field(default=None, description="Only the first so many tasks.")
    examples: Annotated[int, Field(ge=1, le=5000), NUMBER] = Field(
        default=500, description="Inputs to propose per task."
    )
    cases: Annotated[int, Field(ge=1, le=1000), NUMBER] = Field(
        default=60, description="Inputs to keep per task beside those of the visible suites."
    )
    mutants: Annotated[int, Field(ge=0, le=100), NUMBER] = Field(
        default=4, description="Mutants of one operator per task that inputs are chosen by."
    )
    candidates: Annotated[int, Field(ge=0, le=200), NUMBER] = Field(
        default=24, description="Recorded candidates per task that the suite is to tell apart."
    )

    def options(self) -> StrengthenOptions:
        """As the use case takes them."""
        return StrengthenOptions(self.seed, self.examples, self.cases, self.mutants, self.candidates)


class FlagRead(Read):
    """One thing that speaks against a task or a suite."""

    id: str
    kind: FlagKind
    label_error: bool = Field(description="Verdicts are wrong or arbitrary until somebody mends the task.")
    task_id: str
    suite: str | None
    message: str
    evidence: dict[str, Any]
    review: Review
    note: str
    reviewed_at: datetime | None

    @classmethod
    def of(cls, flag: Flag) -> FlagRead:
        """From the domain's."""
        return cls(
            id=flag.id,
            kind=flag.kind,
            label_error=flag.kind.label_error,
            task_id=flag.task_id,
            suite=flag.suite,
            message=flag.message,
            evidence=dict(flag.evidence),
            review=flag.review,
            note=flag.note,
            reviewed_at=flag.reviewed_at,
        )


class ReviewUpdate(Create):
    """What a person made of a flag."""

    review: Review
    note: Text = ""


class AuditProgressRead(Read):
    """Tasks that are finished, of how many."""

    done: int
    total: int


class AuditSummaryRead(Read):
    """An audit or a strengthening, without what it found."""

    id: str
    kind: AuditKind
    task_set: str
    state: AuditState
    parameters: dict[str, Any]
    progress: AuditProgressRead
    message: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def fields_of(cls, audit: Audit) -> dict[str, Any]:
        """Its fields."""
        return {
            "id": audit.id,
            "kind": audit.kind,
            "task_set": audit.task_set,
            "state": audit.state,
            "parameters": dict(audit.parameters),
            "progress": AuditProgressRead(done=audit.done, total=audit.total),
            "message": audit.message,
            "created_at": audit.created_at,
            "finished_at": audit.finished_at,
        }

    @classmethod
    def of(cls, audit: Audit) -> AuditSummaryRead:
        """From the domain's."""
        return cls(**cls.fields_of(audit))


class AuditRead(AuditSummaryRead):
    """An audit or a strengthening with what it found; `flags` holds at most the first 500 of `flags_total`."""

    summary: dict[str, Any] | None = Field(description="Figures over all tasks, once it is completed.")
    flags: list[FlagRead]
    flags_total: int
    tasks: dict[str, dict[str, Any]] | None = Field(description="With `?tasks=true`: what was found of each task.")

    @classmethod
    def shown(cls, view: AuditView, *, tasks: bool) -> AuditRead:
        """From the use case's answer."""
        return cls(
            **cls.fields_of(view.audit),
            summary=None if view.audit.summary is None else dict(view.audit.summary),
            flags=[FlagRead.of(flag) for flag in view.flags[:_MOST_FLAGS]],
            flags_total=len(view.flags),
            tasks={name: dict(found) for name, found in view.results.items()} if tasks else None,
        )
