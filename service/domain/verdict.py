"""State and verdict: two fields, never one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a verification or a check stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """No further change follows."""
        return self in (State.COMPLETED, State.FAILED, State.CANCELLED)


class Failure(StrEnum):
    """Why no verdict could be reached."""

    INFRASTRUCTURE_ERROR = "infrastructure_error"
    INVALID_TASK = "invalid_task"


class Verdict(StrEnum):
    """What was found about the code. Order of declaration is order of precedence, worst first."""

    COMPILE_ERROR = "compile_error"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    RESOURCE_LIMIT_EXCEEDED = "resource_limit_exceeded"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    POLICY_VIOLATION = "policy_violation"
    RUNTIME_ERROR = "runtime_error"
    INCOMPLETE = "incomplete"
    WRONG_ANSWER = "wrong_answer"
    REJECTED = "rejected"
    ACCEPTED = "accepted"


PRECEDENCE: dict[Verdict, int] = {verdict: rank for rank, verdict in enumerate(Verdict)}

DETERMINISTIC = frozenset(
    {
        Verdict.ACCEPTED,
        Verdict.WRONG_ANSWER,
        Verdict.COMPILE_ERROR,
        Verdict.RUNTIME_ERROR,
        Verdict.REJECTED,
        Verdict.OUTPUT_LIMIT_EXCEEDED,
    }
)
"""Verdicts that may be reused for identical work; a time limit, ``incomplete`` and the like never are."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that stands first in precedence.

    Raises:
        ValueError: If there is none.
    """
    return min(verdicts, key=PRECEDENCE.__getitem__)


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands beside a verdict; every field is None where it says nothing.

    Attributes:
        reason: ``no_code``, ``syntax_error``, ``missing_entry_point``, ``import_error``, ``opaque_value``,
            an exception's class name …
        clock: ``cpu`` or ``wall`` for time limits.
        limit: The limit that bound the candidate.
        rule: The rule a policy violation broke.
        signal: The signal that ended the candidate process.
        phase: ``import`` or ``test``.
        candidate_equality: The candidate's own deciding methods took part.
    """

    reason: str | None = None
    clock: str | None = None
    limit: str | None = None
    rule: str | None = None
    signal: int | None = None
    phase: str | None = None
    candidate_equality: bool = False


def error_class(verdict: Verdict, detail: Detail) -> str:
    """The finer class of a failed candidate: total, and each candidate has exactly one.

    Source:
        The classes of MBPP-style failures in ``docs/verdicts.md``.
    """
    if verdict is Verdict.COMPILE_ERROR:
        known = {"no_code", "syntax_error", "missing_entry_point"}
        return detail.reason if detail.reason in known else "import_error"
    if verdict is Verdict.RUNTIME_ERROR:
        if detail.reason == "TypeError":
            return "type_error"
        return f"runtime_error:{detail.reason or 'signal'}"
    return {
        Verdict.MEMORY_LIMIT_EXCEEDED: "memory",
        Verdict.OUTPUT_LIMIT_EXCEEDED: "output",
        Verdict.RESOURCE_LIMIT_EXCEEDED: "resource",
        Verdict.TIME_LIMIT_EXCEEDED: "timeout",
        Verdict.POLICY_VIOLATION: "policy",
        Verdict.INCOMPLETE: "incomplete",
        Verdict.WRONG_ANSWER: "wrong_answer",
        Verdict.REJECTED: "rejected",
        Verdict.ACCEPTED: "pass",
    }[verdict]
