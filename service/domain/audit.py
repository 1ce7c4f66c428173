"""Audits of task sets: what was looked at, what speaks against tasks and suites, and what people made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

STALE_AFTER = timedelta(seconds=90)
"""An audit that has shown no sign of life for so long was interrupted."""


class AuditKind(StrEnum):
    """What is done with a task set."""

    AUDIT = "audit"
    STRENGTHENING = "strengthening"


class AuditState(StrEnum):
    """Where an audit stands; an interrupted one is continued by asking for the same again."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class FlagKind(StrEnum):
    """What speaks against a task or one of its suites."""

    INVALID_SUITE = "invalid_suite"
    """The suite cannot judge anything."""
    REFERENCE_FAILS = "reference_fails"
    """The reference does not pass the suite, and answers none of its cases as expected."""
    WRONG_GOLD = "wrong_gold"
    """What the suite expects, or what the reference answers, is contradicted by other evidence."""
    CONTRADICTORY_TESTS = "contradictory_tests"
    """No program that answers equal inputs equally can pass."""
    FLAKY_TEST = "flaky_test"
    """The same program passes at one time and fails at another."""
    WEAK_SUITE = "weak_suite"
    """The suite accepts many programs that are wrong."""
    FALSE_ALARM = "false_alarm"
    """The suite refuses a program that does the same as the reference by construction."""
    BLIND_SPOT = "blind_spot"
    """One kind of mistake always passes."""
    NEAR_DUPLICATE = "near_duplicate"
    """Another task of the set is almost the same."""

    @property
    def label_error(self) -> bool:
        """Verdicts of the suite are wrong or arbitrary until somebody mends it; the others tell how far they go."""
        return self not in (FlagKind.BLIND_SPOT, FlagKind.NEAR_DUPLICATE)


class Review(StrEnum):
    """What a person made of a flag."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that speaks against a task or a suite.

    Attributes:
        task_id: The task.
        suite: The suite, or None for the task as a whole.
        message: One sentence.
        evidence: What it rests on: cases, programs, numbers; plain JSON.
        fingerprint: Equal for the same flag of the same version of a task, so that a review holds for later audits.
        id: Given when it is stored.
        review: What a person made of it.
        note: What that person wrote.
        reviewed_at: When.
    """

    kind: FlagKind
    task_id: str
    suite: str | None
    message: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    id: str = ""
    review: Review = Review.OPEN
    note: str = ""
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit or strengthening of a task set.

    Attributes:
        parameters: As asked for, defaults filled in.
        done: Tasks that are finished.
        total: Tasks to look at.
        summary: Figures over all tasks, once it is completed.
        message: Why it failed, or "".
        key_id: The API key that asked for it.
        updated_at: Its last sign of life.
    """

    id: str
    kind: AuditKind
    task_set: str
    state: AuditState
    parameters: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    done: int = 0
    total: int = 0
    summary: Mapping[str, Any] | None = None
    message: str = ""
    key_id: str | None = None
    finished_at: datetime | None = None

    def state_at(self, now: datetime) -> AuditState:
        """Its state, ``interrupted`` if whoever ran it is gone."""
        silent = self.state is AuditState.RUNNING and now - self.updated_at > STALE_AFTER
        return AuditState.INTERRUPTED if silent else self.state


@dataclass(frozen=True, slots=True)
class RecordedProgram:
    """A distinct candidate of a task.

    Attributes:
        code: The program.
        count: Candidates with this very program.
    """

    code: bytes
    count: int


class AuditStore(Protocol):
    """Audits, what they found of each task, and their flags."""

    async def add(self, audit: Audit) -> None:
        """Store an audit."""

    async def get(self, audit_id: str) -> Audit | None:
        """One audit."""

    async def page(self, task_set: str | None, before: str | None, limit: int) -> Sequence[Audit]:
        """Audits, newest first, without summaries."""

    async def advance(self, audit_id: str, done: int, now: datetime) -> None:
        """Note how far an audit came; also its sign of life."""

    async def finish(
        self, audit_id: str, state: AuditState, now: datetime, *, summary: Mapping[str, Any] | None, message: str = ""
    ) -> None:
        """Note its end."""

    async def result(self, content_key: str) -> Mapping[str, Any] | None:
        """What an earlier audit found under the same conditions."""

    async def save_result(
        self, audit_id: str, task_id: str, content_key: str, document: Mapping[str, Any], now: datetime
    ) -> None:
        """Store what was found of a task; the newest one counts."""

    async def results(self, audit_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Task id → what the audit found of it, in order of the task ids."""

    async def add_flags(self, audit_id: str, flags: Sequence[Flag]) -> None:
        """Store flags; each takes over the newest review of its fingerprint."""

    async def flags(
        self,
        audit_id: str,
        *,
        kind: FlagKind | None = None,
        review: Review | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Flag]:
        """Flags of an audit, in the order in which they were stored, after the flag of id ``after``."""

    async def review(self, audit_id: str, flag_id: str, review: Review, note: str, now: datetime) -> Flag | None:
        """Note what a person made of a flag; None if the audit has none of that id."""

    async def programs(self, task_id: str, limit: int) -> Sequence[RecordedProgram]:
        """Distinct candidates of all versions of a task, the most frequent first."""
