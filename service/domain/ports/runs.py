"""Runs in storage: candidates, sums and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.candidate import Candidate
from service.domain.run import Progress, Run


@dataclass(frozen=True, slots=True)
class TaskTally:
    """Checks of one verifier on one task of a run, counted.

    Attributes:
        judged: Checks with a verdict.
        accepted: Of those, accepted.
        infrastructure_error: Failed for our reasons.
        invalid_task: Failed because the task cannot judge.
        cancelled: Cancelled.
        open: Not final yet.
        score_only: From outside, with a score and no verdict.
    """

    task_key: int
    verifier: str
    judged: int
    accepted: int
    infrastructure_error: int
    invalid_task: int
    cancelled: int
    open: int
    score_only: int = 0


@dataclass(frozen=True, slots=True)
class TaskCross:
    """One verifier against the oracle on one task of a run; ``unresolved`` lacks one verdict or both."""

    task_key: int
    verifier: str
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class ExportedCheck:
    """A check as an export needs it: no evidence but the message-free verdict."""

    verifier: str
    state: str
    verdict: str | None
    failure: str | None
    error_class: str | None
    score: float | None
    cached: bool
    cpu_ms: float | None
    wall_ms: float | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class ExportedCandidate:
    """A candidate of a run with its checks."""

    candidate: Candidate
    verification_id: str
    state: str
    verdict: str | None
    failure: str | None
    checks: tuple[ExportedCheck, ...]


class RunStore(Protocol):
    """Runs and their aggregates, each in one query."""

    async def add(self, run: Run) -> None:
        """Store a run."""

    async def get(self, run_id: str) -> Run | None:
        """One run."""

    async def page(self, before: str | None, limit: int) -> Sequence[Run]:
        """Runs, newest first."""

    async def cancel(self, run_id: str, now: datetime) -> None:
        """Mark a run as cancelled."""

    async def progress(self, run_ids: Sequence[str]) -> Mapping[str, Progress]:
        """Progress by run id."""

    async def tallies(self, run_id: str, *, samples_only: bool = False) -> Sequence[TaskTally]:
        """Counts per task and verifier; ``samples_only`` leaves out candidates that repair another one."""

    async def crosses(self, run_id: str, oracle: str) -> Sequence[TaskCross]:
        """Four cells per task and verifier against an oracle, without candidates that repair another one."""

    async def repairs(self, run_id: str) -> int:
        """How many candidates repair another one."""

    async def candidates(self, run_id: str, after: str | None, limit: int) -> Sequence[ExportedCandidate]:
        """Candidates in order of submission after the candidate ``after``."""

    async def sample_counts(self, run_id: str) -> Mapping[int, int]:
        """Task key → the next free sample index."""
