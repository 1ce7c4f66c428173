"""One request to check one candidate, and how its checks add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.check import Check
from service.domain.requests import Environment, Isolation
from service.domain.verdict import Failure, State, Verdict, worst


@dataclass(frozen=True, slots=True)
class Whole:
    """State, verdict and failure of a verification as its checks make it."""

    state: State
    verdict: Verdict | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification as it is read. ``checks`` hold only what may be disclosed."""

    id: str
    candidate_id: str
    task_id: str
    run_id: str | None
    state: State
    verdict: Verdict | None
    failure: Failure | None
    required: tuple[str, ...]
    checks: tuple[Check, ...]
    isolation: Isolation
    model: str | None = None
    sample_index: int = 0
    environment: Environment | None = None
    notes: tuple[str, ...] = ()
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def accepted(self) -> bool | None:
        """True or False with a verdict, None without one."""
        return None if self.verdict is None else self.verdict is Verdict.ACCEPTED

    def with_checks(self, checks: Sequence[Check]) -> Verification:
        """The same with other (projected) checks."""
        return replace(self, checks=tuple(checks))


def add_up(checks: Iterable[tuple[str, State, Verdict | None, Failure | None]], required: Sequence[str]) -> Whole:
    """State and verdict of the whole.

    Args:
        checks: (verifier, state, verdict, failure) of every check of the verification.
        required: Verifiers whose worst verdict counts.

    Returns:
        Running until every check is final; then cancelled if a required one was cancelled; else completed with
        the worst required verdict, if every required one has a verdict or one of them refuses the candidate, which no
        other could undo; else failed.
    """
    rows = list(checks)
    states = [state for _, state, _, _ in rows]
    if not all(state.final for state in states):
        started = any(state is not State.QUEUED for state in states)
        return Whole(State.RUNNING if started else State.QUEUED)
    counted = [row for row in rows if row[0] in required] or rows
    if any(state is State.CANCELLED for _, state, _, _ in counted):
        return Whole(State.CANCELLED)
    verdicts = [verdict for _, _, verdict, _ in counted if verdict is not None]
    refused = any(verdict is not Verdict.ACCEPTED for verdict in verdicts)
    failures = [failure for _, _, _, failure in counted if failure is not None]
    if failures and not refused:
        trouble = Failure.INVALID_TASK if Failure.INVALID_TASK in failures else failures[0]
        return Whole(State.FAILED, failure=trouble)
    return Whole(State.COMPLETED, worst(verdicts))
