"""All verifiers of the service behind one port, each name answered by the kind that knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from service.domain.check import Judgement
from service.domain.ports import Order, Preparation, Resolved
from service.domain.requests import Environment, VerifierInfo
from service.errors import NotFound
from service.verify.kind import GatheringKind, VerifierKind
from tasks.task import Task


class SuiteKind(VerifierKind, Protocol):
    """The kind that knows the sandbox's environment and prepares suites."""

    async def environment(self) -> Environment:
        """Where verdicts are made now."""

    async def prepare(self, task: Task, suite: str) -> Preparation:
        """Compute and store expected values that the suite leaves to the reference."""


class Registry:
    """Verifiers of several kinds. A task's own suites win over names of other kinds."""

    def __init__(self, suites: SuiteKind, others: Sequence[VerifierKind] = ()) -> None:
        """Hold these kinds; names are looked up in this order."""
        self._suites = suites
        self._kinds: tuple[VerifierKind, ...] = (suites, *others)

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer."""
        return [info for kind in self._kinds for info in kind.infos()]

    def resolve(self, task: Task, name: str) -> Resolved:
        """The verifier of that name for that task.

        Raises:
            NotFound: If there is none; says what there is, or what the task lacks for it.
        """
        return self._find(task, name)[1]

    def gathers(self, name: str) -> bool:
        """Whether checks of the verifier of that name are better judged many at a time."""
        return any(isinstance(kind, GatheringKind) and kind.gathers(name) for kind in self._kinds)

    async def environment(self) -> Environment:
        """Where verdicts are made now.

        Raises:
            SandboxTrouble: If there is no sandbox.
        """
        return await self._suites.environment()

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Judge one candidate; each kind is asked once for all of its verifiers.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """
        names: dict[int, list[str]] = {}
        for name in order.verifiers:
            names.setdefault(self._find(task, name)[0], []).append(name)
        answers = await asyncio.gather(
            *(self._kinds[kind].judge(task, replace(order, verifiers=tuple(own))) for kind, own in names.items())
        )
        judgements = {name: judgement for answer in answers for name, judgement in answer.items()}
        return {name: judgements[name] for name in order.verifiers}

    async def prepare(self, task: Task, suite: str) -> Preparation:
        """Compute and store expected values that the suite leaves to the reference.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        return await self._suites.prepare(task, suite)

    def _find(self, task: Task, name: str) -> tuple[int, Resolved]:
        """Position of the kind that knows the name, and what it says of it."""
        for position, kind in enumerate(self._kinds):
            if (found := kind.resolve(task, name)) is not None:
                return position, found
        offered = [suite.name for suite in task.suites]
        offered += [info.name for info in self.infos() if info.kind != "suite" and info.name not in offered]
        raise NotFound(f"task {task.id} has no verifier {name!r}; it has {', '.join(offered)}")
