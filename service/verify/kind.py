"""What every kind of verifier offers, so that one registry can hold them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from service.domain.check import Judgement
from service.domain.ports import Order, Resolved
from service.domain.requests import VerifierInfo
from tasks.task import Task


class VerifierKind(Protocol):
    """Verifiers that judge in the same way: by suites, by static analysis, by differences from a reference."""

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer for tasks in general; a task may have further ones of its own."""

    def resolve(self, task: Task, name: str) -> Resolved | None:
        """The verifier of that name for that task; None if the name is not of this kind.

        Raises:
            NotFound: If the name is of this kind and the task lacks what it needs; the message says what.
        """

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Judge one candidate by the order's verifiers, all of which are of this kind.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """


@runtime_checkable
class GatheringKind(Protocol):
    """A kind whose cost for many candidates together is far below the sum of their costs."""

    def gathers(self, name: str) -> bool:
        """Whether the verifier of that name is of this kind: its checks are better judged many at a time."""
