"""A named collection of candidates: one model on one task set with given verifiers and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service.domain.check import Disclosure
from service.domain.requests import CachePolicy, Isolation, LimitValues
from service.domain.verdict import State


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was created.

    Attributes:
        verifiers: Names, in the order asked for.
        required: Verifiers whose worst verdict is the candidate's.
        disclosure: The most that hidden suites may show in this run.
    """

    id: str
    name: str
    model: str
    task_set: str
    verifiers: tuple[str, ...]
    required: tuple[str, ...]
    limits: LimitValues = field(default_factory=LimitValues)
    isolation: Isolation = Isolation.PROCESS
    cache: CachePolicy = CachePolicy.USE
    disclosure: Disclosure = Disclosure.VERDICT
    created_at: datetime | None = None
    cancelled_at: datetime | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        total: Candidates.
        done: Candidates in a final state, ``failed`` and cancelled ones included.
        failed: Candidates without a verdict because of a failure.
        cancelled: Candidates that were cancelled.
        verdicts: Finished candidates by verdict.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    verdicts: Mapping[str, int] = field(default_factory=dict)

    def state(self, run: Run) -> State:
        """The run's state: it is completed whenever nothing is left to do."""
        if run.cancelled_at is not None:
            return State.CANCELLED
        if self.total == 0:
            return State.QUEUED
        return State.COMPLETED if self.done == self.total else State.RUNNING
