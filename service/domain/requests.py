"""What callers may ask for, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from service.errors import Forbidden, InvalidInput, LimitAboveCap

Item = TypeVar("Item")


class Isolation(StrEnum):
    """Whether a cell is reused for the next candidate."""

    PROCESS = "process"
    FRESH = "fresh"


class CachePolicy(StrEnum):
    """Whether the result of identical work may be reused."""

    USE = "use"
    BYPASS = "bypass"


class Scope(StrEnum):
    """What a key may do. ``admin`` includes the others."""

    SUBMIT = "submit"
    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        key_id: The API key's id; None on a loopback service without keys.
        scopes: What it may do.
        quota: Verifications that it may have in flight at once (those of runs do not count); None = no limit.
    """

    key_id: str | None = None
    scopes: frozenset[Scope] = frozenset({Scope.ADMIN})
    quota: int | None = None

    def may(self, scope: Scope) -> bool:
        """Whether the scope is held."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def require(self, scope: Scope) -> None:
        """Insist on a scope.

        Raises:
            Forbidden: If it is not held.
        """
        if not self.may(scope):
            raise Forbidden(f"this key lacks the scope {scope.value!r}")

    def require_own(self, scope: Scope, owner: str | None) -> None:
        """Insist on a scope, and that what is to be changed was made with the same key, unless it is an admin's.

        Raises:
            Forbidden: If either is not so.
        """
        self.require(scope)
        if not self.may(Scope.ADMIN) and (self.key_id is None or self.key_id != owner):
            raise Forbidden("this was made with another key; the scope 'admin' may change it")


LOCAL = Caller()
"""The caller of a loopback service without keys, and of the embedded command line."""


@dataclass(frozen=True, slots=True)
class LimitValues:
    """Limits as asked for, as defaults or as caps; None says nothing.

    Seconds and bytes as in the field names; ``processes`` is a count, >= 1.
    """

    cpu_s: float | None = None
    wall_s: float | None = None
    case_wall_s: float | None = None
    memory_bytes: int | None = None
    processes: int | None = None
    output_bytes: int | None = None
    result_bytes: int | None = None

    def given(self) -> dict[str, float | int]:
        """Only the fields that say something, by name."""
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: value for name, value in pairs if value is not None}

    @classmethod
    def of(cls, values: Mapping[str, float | int | None]) -> LimitValues:
        """From names and numbers; unknown names are a TypeError."""
        return cls(**values)  # type: ignore[arg-type]  # the field names are checked by the constructor


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """What applies when nothing is asked for, and the most that may be asked for.

    Attributes:
        defaults: ``case_wall_s`` None means the larger of 1 s and 4 times the reference's own time,
            ``wall_s`` and ``cpu_s`` None mean the sum of the suite's cases within the cap.
        caps: The operator's upper bounds.
    """

    defaults: LimitValues = LimitValues(
        memory_bytes=512 * 2**20, processes=1, output_bytes=2**20, result_bytes=64 * 2**20
    )
    caps: LimitValues = LimitValues(
        cpu_s=300.0,
        wall_s=600.0,
        case_wall_s=60.0,
        memory_bytes=2 * 2**30,
        processes=16,
        output_bytes=16 * 2**20,
        result_bytes=64 * 2**20,
    )

    def check(self, asked: LimitValues, pointer: str = "/limits") -> None:
        """Refuse what cannot be granted; nothing is clamped.

        Raises:
            LimitAboveCap: If a value is above its cap; the pointer names the field.
            InvalidInput: If a value is not positive.
        """
        caps = self.caps.given()
        for name, value in asked.given().items():
            if not value > 0:
                raise InvalidInput(f"{name} must be greater than 0, not {value}", f"{pointer}/{name}")
            if name in caps and value > caps[name]:
                raise LimitAboveCap(
                    f"{name} = {value} is above this service's cap of {caps[name]}", f"{pointer}/{name}"
                )


@dataclass(frozen=True, slots=True)
class Idempotency:
    """An ``Idempotency-Key`` and what it was sent with.

    Attributes:
        scope: Route and caller, so that keys of different callers never meet.
        key: The header's value.
        body_hash: SHA-256 of the body; the same key with another body is a Conflict.
    """

    scope: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of a listing, and the cursor of the next one (None = no more)."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Environment:
    """Where verdicts were made."""

    fingerprint: str
    backend: str = ""
    isolation: str = ""
    python: str = ""
    image: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: never the secret itself."""

    id: str
    name: str
    scopes: frozenset[Scope]
    quota: int | None
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerifierInfo:
    """A verifier as it is listed."""

    name: str
    version: str
    kind: str
    description: str = ""
    scored: bool = False


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """One candidate of an upload, already parsed.

    Attributes:
        line: 1-based line (or position) in the upload, for the answer.
        task_id: In the set's own form or the sample file's (``Mbpp/11``).
        code: A whole program; or None when ``completion`` is given.
        completion: Text to be put after the task's completion prompt.
    """

    line: int
    task_id: str
    code: str | bytes | None = None
    completion: str | None = None
    sample_index: int | None = None
    parent: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
