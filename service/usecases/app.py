"""What every use case is given: ports and policies, composed once in ``bootstrap``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.domain.ports import Notifier, Storage, Verifiers
from service.domain.requests import Isolation, LimitPolicy
from tasks.task import Task

WORK = "work"
"""Topic that wakes the worker. Verifications and runs are their own topics by id."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows.

    Attributes:
        limits: Defaults and caps.
        isolation: Used when a request names none.
        isolations: What requests may name.
        max_code_bytes: Larger code is TooLarge.
        queue_bound: More queued checks than that is QueueFull.
        poll_s: How often waiters look at the database for what other processes did.
        max_losses: Sandbox trouble that one check survives before it is ``infrastructure_error``.
        idempotency_days: How long idempotency keys are kept.
    """

    limits: LimitPolicy = field(default_factory=LimitPolicy)
    isolation: Isolation = Isolation.PROCESS
    isolations: frozenset[Isolation] = frozenset(Isolation)
    max_code_bytes: int = 1_000_000
    queue_bound: int = 200_000
    poll_s: float = 0.5
    max_losses: int = 3
    idempotency_days: int = 7


class TaskCache:
    """Decoded tasks by storage key, least recently used first out. A stored version never changes."""

    def __init__(self, capacity: int = 512) -> None:
        """Hold at most ``capacity`` tasks."""
        self._capacity = capacity
        self._tasks: OrderedDict[int, Task] = OrderedDict()

    def get(self, key: int) -> Task | None:
        """The task of that key if it is held."""
        task = self._tasks.get(key)
        if task is not None:
            self._tasks.move_to_end(key)
        return task

    def put(self, key: int, task: Task) -> None:
        """Hold a task."""
        self._tasks[key] = task
        self._tasks.move_to_end(key)
        while len(self._tasks) > self._capacity:
            self._tasks.popitem(last=False)


@dataclass(frozen=True, slots=True)
class App:
    """Ports and policies.

    Attributes:
        storage: The database.
        verifiers: Everything that can judge.
        notifier: Wakes waiters in this process.
        policy: What the operator allows.
        tasks: Decoded tasks.
        clock: The time in UTC.
    """

    storage: Storage
    verifiers: Verifiers[Task]
    notifier: Notifier
    policy: Policy = field(default_factory=Policy)
    tasks: TaskCache = field(default_factory=TaskCache)
    clock: Callable[[], datetime] = utc_now
