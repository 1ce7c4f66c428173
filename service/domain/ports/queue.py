"""Verifications in storage, and their checks as jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from service.domain.candidate import Candidate
from service.domain.check import Disclosure, Judgement
from service.domain.requests import (
    CachePolicy,
    Isolation,
    LimitValues,
)
from service.domain.verification import Verification

INTERACTIVE = 0
BULK = 10
"""Priorities of checks: lower is claimed first."""


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check to be queued, or with a definition's key to follow from the others as soon as they are final."""

    id: str
    verifier: str
    verifier_version: str
    hidden: bool
    definition_key: int | None = None


@dataclass(frozen=True, slots=True)
class NewVerification:
    """A verification to be queued: the candidate and one check per verifier, stored in one transaction."""

    id: str
    candidate: Candidate
    checks: tuple[NewCheck, ...]
    required: tuple[str, ...]
    limits: LimitValues
    isolation: Isolation
    cache: CachePolicy
    disclosure: Disclosure
    priority: int
    key_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredVerification:
    """A verification with all its evidence, the most that may be disclosed of hidden suites, and what was asked for."""

    verification: Verification
    disclosure: Disclosure
    key_id: str | None
    code: bytes = b""
    limits: LimitValues = field(default_factory=LimitValues)


class VerificationStore(Protocol):
    """Verifications and their candidates."""

    async def add(self, items: Sequence[NewVerification]) -> None:
        """Store candidates and queue their checks."""

    async def get(self, verification_id: str, *, evidence: bool = True) -> StoredVerification | None:
        """One verification with its checks."""

    async def is_final(self, verification_id: str) -> bool | None:
        """Whether nothing more will happen; None if it does not exist."""

    async def page(
        self, *, run_id: str | None, before: str | None, limit: int, evidence: bool = False
    ) -> Sequence[StoredVerification]:
        """Verifications, newest first, older than ``before``; of one run if ``run_id`` is given."""

    async def in_flight(self, key_id: str) -> int:
        """Verifications of a key outside runs that are not final."""

    async def candidate(self, candidate_id: str) -> Candidate | None:
        """One candidate."""


@dataclass(frozen=True, slots=True)
class ClaimedCheck:
    """One check of a claim. ``attempt`` fences its recording; ``losses`` counts earlier sandbox trouble."""

    id: str
    verifier: str
    verifier_version: str
    attempt: int
    losses: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The checks of one verification that a worker holds until the lease ends."""

    verification_id: str
    candidate_id: str
    run_id: str | None
    task_key: int
    code: bytes
    code_hash: str
    limits: LimitValues
    isolation: Isolation
    cache: CachePolicy
    priority: int
    checks: tuple[ClaimedCheck, ...]


@dataclass(frozen=True, slots=True)
class Reusable:
    """A recorded judgement for identical work. Its evidence stays with ``check_id``."""

    check_id: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Recording:
    """What a worker found out about one check that it holds.

    Attributes:
        judgement: None puts the check back into the queue.
        content_key: Key under which a deterministic verdict may be reused, or None.
        source_id: The check whose judgement was reused, or None.
        lost: The attempt was lost to sandbox trouble (counted when the check goes back).
        trouble: What went wrong, for the operator.
    """

    check_id: str
    attempt: int
    judgement: Judgement | None
    content_key: str | None = None
    source_id: str | None = None
    lost: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording changed.

    Attributes:
        checks: Ids of the checks that were recorded; others were no longer this worker's.
        finished: (verification id, run id) of verifications that became final.
    """

    checks: frozenset[str]
    finished: tuple[tuple[str, str | None], ...]


class CheckQueue(Protocol):
    """The stored check row is the job."""

    async def backlog(self, at_most: int) -> int:
        """Queued checks, counted up to ``at_most``."""

    async def claim(self, worker: str, *, now: datetime, lease_until: datetime, limit: int) -> Sequence[Claim]:
        """Take about ``limit`` queued or abandoned checks; all checks of one verification together."""

    async def renew(self, worker: str, check_ids: Sequence[str], lease_until: datetime) -> frozenset[str]:
        """Extend leases; returns the ids that are still this worker's."""

    async def holders(self) -> frozenset[str]:
        """Workers that hold checks, dead or alive."""

    async def release(self, workers: Sequence[str]) -> int:
        """Put back everything that these (dead) workers hold; returns how many checks."""

    async def reusable(self, content_keys: Sequence[str]) -> Mapping[str, Reusable]:
        """Recorded deterministic judgements by content key."""

    async def record(self, worker: str, recordings: Sequence[Recording], now: datetime) -> Recorded:
        """Store results of checks that this worker still holds at the same attempt; nothing else changes."""

    async def cancel_run(self, run_id: str, now: datetime) -> int:
        """Cancel every check of a run that is not final; returns how many."""
