"""Task sets and tasks in storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """A suite as bytes of the native format, with what listings show."""

    name: str
    version: str
    kind: str
    cases: int
    hidden: bool
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task as bytes of the native format (without its suites), with what listings show.

    Attributes:
        key: Storage key of this version of the task; 0 before it is stored.
        position: Place in the set, >= 0.
        document: Empty in listings.
    """

    id: str
    set_name: str
    local: str
    version: str
    entry_point: str | None
    prompt: str
    tags: tuple[str, ...]
    suites: tuple[StoredSuite, ...]
    position: int = 0
    document: bytes = b""
    key: int = 0


@dataclass(frozen=True, slots=True)
class StoredTaskSet:
    """A task set and how many current tasks it has."""

    name: str
    version: str
    licence: str
    source: str
    tasks: int = 0
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutOutcome:
    """What storing tasks changed; ``keys`` are the storage keys in the order given."""

    added: int
    replaced: int
    unchanged: int
    keys: tuple[int, ...]


class TaskStore(Protocol):
    """Task sets and tasks; a changed task is a new version, the old one stays readable."""

    async def save_set(self, task_set: StoredTaskSet) -> None:
        """Insert or update a task set."""

    async def put(self, tasks: Sequence[StoredTask]) -> PutOutcome:
        """Make these the current versions of their ids."""

    async def sets(self) -> Sequence[StoredTaskSet]:
        """All task sets by name, without the one that holds inline tasks."""

    async def find_set(self, name: str) -> StoredTaskSet | None:
        """The set of that name."""

    async def page(self, set_name: str | None, after: str | None, limit: int) -> Sequence[StoredTask]:
        """Current tasks in order of set and position, after the task of id ``after``; without documents."""

    async def keys(self, set_name: str) -> Mapping[str, int]:
        """Local id → storage key of the current tasks of a set."""

    async def current_key(self, task_id: str) -> int | None:
        """Storage key of the current version of a task."""

    async def current_with_suite(self, set_name: str, suite: str) -> Mapping[str, int]:
        """Id → storage key of a set's current tasks that have a suite of that name."""

    async def load(self, keys: Sequence[int]) -> Mapping[int, StoredTask]:
        """Tasks with their documents by storage key; missing ones are left out."""
