"""What every use case is given: ports and policies, composed once in ``bootstrap``."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from service.domain.definition import Definitions
from service.domain.execution import Executor, SyntaxTrees
from service.domain.ports import CheckQueue, Notifier, Storage, Verifiers
from service.domain.requests import Isolation, LimitPolicy
from service.errors import QueueFull
from service.usecases.background import Background
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

    def forget(self, keys: Iterable[int]) -> None:
        """Drop tasks whose prompt or tags may have changed."""
        for key in keys:
            self._tasks.pop(key, None)

    def put(self, key: int, task: Task) -> None:
        """Hold a task."""
        self._tasks[key] = task
        self._tasks.move_to_end(key)
        while len(self._tasks) > self._capacity:
            self._tasks.popitem(last=False)


class Backlog:
    """How many checks wait, counted at most once a second unless the queue looks full."""

    def __init__(self, bound: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold the queue below ``bound`` checks."""
        self._bound = bound
        self._clock = clock
        self._count = 0
        self._counted_at = float("-inf")

    async def require_room(self, queue: CheckQueue, adding: int) -> None:
        """Insist on room for some more checks, and count them in.

        Raises:
            QueueFull: If there is none.
        """
        stale = self._clock() - self._counted_at > 1.0
        if stale or self._count + adding > self._bound:
            self._count = await queue.backlog(self._bound + 1)
            self._counted_at = self._clock()
        # An empty queue takes whatever comes at once, however small its bound.
        if self._count and self._count + adding > self._bound:
            raise QueueFull(f"{self._count:,} checks are waiting; try again later", retry_after_s=2)
        self._count += adding


@dataclass(frozen=True, slots=True)
class App:
    """Ports and policies.

    Attributes:
        storage: The database.
        verifiers: Everything that can judge.
        notifier: Wakes waiters in this process.
        policy: What the operator allows.
        tasks: Decoded tasks.
        definitions: Verifiers that users defined, as far as this process has seen them.
        parse_policy: Reads a static policy as it was given, and raises InvalidInput where it cannot.
        clock: The time in UTC.
        executor: Runs many programs on inputs of a task; None where this process runs no code.
        trees: Compares programs by their syntax trees; None where this process runs no code.
        background: Work that outlives a request.
        backlog: How many checks wait.
    """

    storage: Storage
    verifiers: Verifiers[Task]
    notifier: Notifier
    policy: Policy = field(default_factory=Policy)
    tasks: TaskCache = field(default_factory=TaskCache)
    definitions: Definitions = field(default_factory=Definitions)
    parse_policy: Callable[[Mapping[str, Any]], object] | None = None
    clock: Callable[[], datetime] = utc_now
    executor: Executor[Task] | None = None
    trees: SyntaxTrees | None = None
    background: Background = field(default_factory=Background)
    backlog: Backlog = field(init=False)

    def __post_init__(self) -> None:
        """Bound the queue as the policy says."""
        object.__setattr__(self, "backlog", Backlog(self.policy.queue_bound))
