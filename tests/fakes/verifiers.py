"""Verifiers without a sandbox: the candidate's source says what is found about it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from service.domain.check import CaseResult, Evidence, Judgement, Usage
from service.domain.ports import Order, Preparation, Resolved
from service.domain.requests import Environment, VerifierInfo
from service.domain.verdict import Detail, Failure, Verdict
from service.errors import NotFound, SandboxTrouble
from tasks.task import Task, Visibility

ENVIRONMENT = Environment("fingerprint", "fake", "process", "3.11.0", "none", ("fake",))


class FakeVerifiers:
    """Every suite of a task is a verifier.

    The first word of a source is the verdict of every suite, ``base:plus`` gives two; ``trouble`` loses the
    sandbox every time, ``once`` the first time, ``slow`` is accepted after a while, ``bug`` raises.
    """

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.jobs: Counter[str] = Counter()
        self.orders: list[Order] = []
        self.running = 0
        self._changed = asyncio.Condition()
        self.most_running = 0

    def infos(self) -> Sequence[VerifierInfo]:
        return (VerifierInfo("base", "1", "suite"), VerifierInfo("plus", "1", "suite"))

    def resolve(self, task: Task, name: str) -> Resolved:
        suite = task.suite(name)
        if suite is None:
            raise NotFound(f"task {task.id} has no verifier {name!r}")
        return Resolved(name, suite.version[:16], suite.visibility is Visibility.HIDDEN)

    async def environment(self) -> Environment:
        return ENVIRONMENT

    async def until_running(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.running >= count)

    def gathers(self, name: str) -> bool:
        return False

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        self.jobs[order.source.decode()] += 1
        self.orders.append(order)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        async with self._changed:
            self._changed.notify_all()
        try:
            await asyncio.sleep(self.delay_s)
            return await self._judge(order)
        finally:
            self.running -= 1

    async def _judge(self, order: Order) -> Mapping[str, Judgement]:
        text = order.source.decode()
        words = text.split()[0].split(":")
        if words[0] == "trouble" or (words[0] == "once" and self.jobs[text] == 1):
            raise SandboxTrouble("the cell was lost")
        if words[0] == "bug":
            raise RuntimeError("a bug")
        if words[0] == "slow":
            await asyncio.sleep(0.5)
        said = {"slow": "accepted", "once": "accepted"}
        given = [said.get(word, word) for word in words]
        return {
            name: self._judgement(given[min(index, len(given) - 1)], text) for index, name in enumerate(order.verifiers)
        }

    def _judgement(self, word: str, text: str) -> Judgement:
        usage = Usage(3.0, 5.0, 11_534_336)
        if word == "invalid_task":
            return Judgement(None, Failure.INVALID_TASK, Detail(reason="accepts_stub"), environment="fingerprint")
        verdict = Verdict(word)
        if verdict is Verdict.ACCEPTED:
            return Judgement(verdict, evidence=Evidence(3, 3), usage=usage, environment="fingerprint")
        case = CaseResult(1, word, "assert f(1) == 2", "f(1)", "2", "3", f"not equal {text}", "Traceback", "printed")
        evidence = Evidence(3, 2, (case,), stdout=b"out\xff\x00", stderr=b"err", message="one case failed")
        return Judgement(
            verdict, detail=Detail(reason="Odd\x00Error"), evidence=evidence, usage=usage, environment="fingerprint"
        )

    async def prepare(self, task: Task, suite: str) -> Preparation:
        return Preparation(suite, 1)
