"""Repair sessions: a task, the programs tried for it one after the other, and what each round may be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from service.domain.check import Disclosure
from service.domain.requests import LimitValues
from service.domain.verdict import Failure, Verdict


class RepairMode(StrEnum):
    """What a round is told: a report on its program, or one more example of input and output."""

    REPORT = "report"
    EXAMPLES = "examples"


class RepairStatus(StrEnum):
    """Where a session stands."""

    CONTINUE = "continue"
    SOLVED = "solved"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Example:
    """One case that a session has been told.

    Attributes:
        text: As an assert statement.
        suite: Name of the suite that it comes from.
        index: Its place there, >= 0; None for a counterexample that was searched for.
    """

    text: str
    suite: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A session as it was begun.

    Attributes:
        verifiers: Those that speak; their worst verdict decides whether a program is sent back.
        oracle: What success is counted by; it never speaks, and no answer to an attempt shows its verdict.
        disclosure: The most that any report of the session shows.
        budget_tokens: Most tokens of one report; None for no bound.
        max_rounds: Repairs after the first program, >= 0.
        examples: What was told at the beginning (mode ``examples``).
    """

    id: str
    task_id: str
    task_key: int
    model: str
    verifiers: tuple[str, ...]
    oracle: str | None
    disclosure: Disclosure
    budget_tokens: int | None
    max_rounds: int
    mode: RepairMode
    examples: tuple[Example, ...]
    limits: LimitValues
    key_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RepairAttempt:
    """One program of a session as it is stored.

    Attributes:
        position: Its place among everything that was sent in, from 0.
        prompt_tokens: What asking for it cost; None where it was not told.
        completion_tokens: What writing it cost; None where it was not told.
        told: Examples that the session got after this attempt.
        conforms: Mode ``examples``: it agrees with every example that it had been told; None until that is known.
    """

    repair_id: str
    position: int
    verification_id: str
    candidate_id: str
    created_at: datetime
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    told: tuple[Example, ...] = ()
    conforms: bool | None = None


@dataclass(frozen=True, slots=True)
class RepairFilter:
    """Which sessions an analysis is about; None takes all.

    Attributes:
        disclosure: One feedback policy.
        mode: Reports or examples.
    """

    model: str | None = None
    task_set: str | None = None
    disclosure: Disclosure | None = None
    mode: RepairMode | None = None
    oracle: str | None = None
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedCheck:
    """A check of an attempt without its evidence."""

    verdict: Verdict | None
    failure: Failure | None
    error_class: str | None


@dataclass(frozen=True, slots=True)
class RecordedAttempt:
    """An attempt as analyses read it.

    Attributes:
        code_hash: SHA-256 of its program.
        checks: By verifier.
        findings: ``tool rule`` of every kind of finding; None where no analyser was asked.
    """

    attempt: RepairAttempt
    code_hash: str
    checks: Mapping[str, RecordedCheck] = field(default_factory=dict)
    findings: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class RecordedRepair:
    """A session with everything that analyses need."""

    repair: Repair
    attempts: tuple[RecordedAttempt, ...]


class RepairStore(Protocol):
    """Repair sessions and their attempts."""

    async def add(self, repair: Repair) -> None:
        """Store a session."""

    async def get(self, repair_id: str) -> Repair | None:
        """One session."""

    async def attempts(self, repair_id: str) -> Sequence[RepairAttempt]:
        """Its attempts, in order."""

    async def add_attempt(self, attempt: RepairAttempt) -> bool:
        """Store an attempt; False if that place is taken by now."""

    async def tell(self, repair_id: str, position: int, told: Sequence[Example], conforms: bool | None) -> None:
        """Note whether an attempt agreed with its examples, and what was told after it."""

    async def recorded(self, wanted: RepairFilter, after: str | None, limit: int) -> Sequence[RecordedRepair]:
        """Sessions that the filter takes, in order of their ids, after the session ``after``."""
