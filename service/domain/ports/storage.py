"""One transaction over all stores."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.domain.audit import AuditStore
from service.domain.ports.matrix import DefinitionStore, MatrixStore, VerdictStore
from service.domain.ports.queue import CheckQueue, VerificationStore
from service.domain.ports.runs import RunStore
from service.domain.ports.tasks import TaskStore
from service.domain.repair import RepairStore
from service.domain.requests import (
    ApiKey,
    Environment,
    Idempotency,
)


class KeyStore(Protocol):
    """API keys by the SHA-256 of their secret."""

    async def add(self, key: ApiKey, secret_hash: str) -> None:
        """Store a key."""

    async def by_hash(self, secret_hash: str) -> ApiKey | None:
        """The key with that secret, revoked or not."""

    async def list(self) -> Sequence[ApiKey]:
        """All keys, newest first."""

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke; False if there is no such key."""

    async def any_active(self) -> bool:
        """Whether at least one key is not revoked."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an idempotency key made.

    Attributes:
        body_hash: SHA-256 of the body that came with it.
        resource_id: The verification, run … that it created.
        progress: For uploads: what was stored so far, as JSON.
    """

    body_hash: str
    resource_id: str
    progress: str = ""


class IdempotencyStore(Protocol):
    """Idempotency keys and the resources they made."""

    async def find(self, key: Idempotency) -> Remembered | None:
        """What the key made before."""

    async def remember(self, key: Idempotency, resource_id: str, now: datetime, progress: str = "") -> bool:
        """Store what the key made, in the resource's own transaction; False if the key is taken by now."""

    async def advance(self, key: Idempotency, progress: str) -> None:
        """Note how far an upload came, in the same transaction as what it stored."""

    async def forget(self, before: datetime) -> int:
        """Delete keys older than that."""


class EvidenceStore(Protocol):
    """What the sandbox found about tasks: expected values, vettings of suites, environments."""

    async def expectations(self, reference_hash: str, inputs_hash: str, environment: str) -> bytes | None:
        """Stored expected values."""

    async def save_expectations(
        self, reference_hash: str, inputs_hash: str, environment: str, document: bytes, now: datetime
    ) -> None:
        """Store expected values; the first writer wins."""

    async def save_environment(self, environment: Environment, now: datetime) -> None:
        """Store what a fingerprint stands for; idempotent."""


class UnitOfWork(Protocol):
    """One transaction. Rolled back unless ``commit`` was awaited."""

    @property
    def tasks(self) -> TaskStore:
        """Tasks."""

    @property
    def verifications(self) -> VerificationStore:
        """Verifications."""

    @property
    def checks(self) -> CheckQueue:
        """The queue."""

    @property
    def runs(self) -> RunStore:
        """Runs."""

    @property
    def matrix(self) -> MatrixStore:
        """Figures over candidates and verifiers."""

    @property
    def definitions(self) -> DefinitionStore:
        """Verifiers that users defined."""

    @property
    def verdicts(self) -> VerdictStore:
        """Checks that nobody runs."""

    @property
    def keys(self) -> KeyStore:
        """API keys."""

    @property
    def idempotency(self) -> IdempotencyStore:
        """Idempotency keys."""

    @property
    def evidence(self) -> EvidenceStore:
        """Expected values and environments."""

    @property
    def audits(self) -> AuditStore:
        """Audits of task sets."""

    @property
    def repairs(self) -> RepairStore:
        """Repair sessions."""

    async def commit(self) -> None:
        """Make it last."""


class Storage(Protocol):
    """The database."""

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that only reads."""

    def writing(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that may write; writers of one process queue up on SQLite."""

    async def require_migrated(self) -> None:
        """Insist on this version's schema.

        Raises:
            NotMigrated: If the schema is another one; says which command to run.
            Unavailable: If the database does not answer.
        """

    async def close(self) -> None:
        """Give back every connection."""
