"""What judges, and how waiting callers are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from service.domain.check import Judgement
from service.domain.requests import (
    Environment,
    Isolation,
    LimitValues,
    VerifierInfo,
)

TaskT = TypeVar("TaskT")
TaskT_contra = TypeVar("TaskT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A verifier as it applies to one task."""

    name: str
    version: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One candidate to be judged by some verifiers.

    Attributes:
        source: The program.
        verifiers: Names, each resolved for the task before.
        limits: As asked for; the rest is filled in per suite.
        isolation: How; None takes the sandbox's default.
    """

    source: bytes
    verifiers: tuple[str, ...]
    limits: LimitValues = field(default_factory=LimitValues)
    isolation: Isolation | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """What preparing a suite came to.

    Attributes:
        cases: Cases of the suite.
        computed: Expected values that were computed now; 0 when they were stored already.
        wall_s: Seconds that the reference took for them.
        problem: Why the suite cannot judge, or None.
    """

    suite: str
    cases: int
    computed: int = 0
    wall_s: float = 0.0
    problem: str | None = None


class Verifiers(Protocol[TaskT_contra]):
    """Everything that can judge a candidate."""

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer."""

    def resolve(self, task: TaskT_contra, name: str) -> Resolved:
        """The verifier of that name for that task.

        Raises:
            NotFound: If there is none.
        """

    def gathers(self, name: str) -> bool:
        """Whether checks of the verifier of that name are better judged many at a time."""

    async def environment(self) -> Environment:
        """Where verdicts are made now.

        Raises:
            SandboxTrouble: If there is no sandbox.
        """

    async def judge(self, task: TaskT_contra, order: Order) -> Mapping[str, Judgement]:
        """Judge one candidate; one judgement per verifier asked for.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """

    async def prepare(self, task: TaskT_contra, suite: str) -> Preparation:
        """Compute and store expected values that the suite leaves to the reference.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """


class Subscription(Protocol):
    """One waiter."""

    async def wait(self, timeout_s: float) -> bool:
        """Wait until the topic was published since the last wait; False when time ran out."""


class Notifier(Protocol):
    """Wakes those who wait in this process. A hint only: the database is the truth, so waiters poll as well."""

    def publish(self, topic: str) -> None:
        """Wake everybody who waits for the topic."""

    def subscribe(self, topic: str) -> AbstractContextManager[Subscription]:
        """Listen to a topic from now on."""
