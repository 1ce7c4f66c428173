"""Checks of verifiers that gather wait for each other beside the runners, and never in the way of a cell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from service.domain.check import Disclosure, Evidence, Finding, Judgement
from service.domain.ports import Order
from service.domain.verdict import Verdict
from service.usecases.app import App
from tests.fakes.verifiers import FakeVerifiers
from tests.integration.test_worker import finish, submit, working

FINDING = Finding("ruff", "F821", "error", "Undefined name `y`", 2, 12, None, 2, 13, "return y")


class Gatherers(FakeVerifiers):
    """``plus`` gathers: it answers once as many candidates as it wants are there."""

    def __init__(self, wanted: int = 1) -> None:
        super().__init__()
        self.wanted = wanted
        self.there = 0
        self.enough = asyncio.Event()
        self.suites = 0

    def gathers(self, name: str) -> bool:
        return name == "plus"

    async def judge(self, task: object, order: Order) -> Mapping[str, Judgement]:
        if order.verifiers != ("plus",):
            assert order.verifiers == ("base",)
            self.suites += 1
            return {"base": Judgement(Verdict.ACCEPTED)}
        self.there += 1
        if self.there >= self.wanted:
            self.enough.set()
        await self.enough.wait()
        evidence = Evidence(findings=(FINDING,), metrics={"lines": 2.0})
        return {"plus": Judgement(Verdict.REJECTED, evidence=evidence)}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 nothing tells of it
            await asyncio.sleep(0.01)


@pytest.fixture
def verifiers() -> FakeVerifiers:
    return Gatherers()


async def test_many_are_gathered_while_the_cells_go_on(app: App, verifiers: Gatherers) -> None:
    verifiers.wanted = 24  # six times the runners of one cell
    ids = [await submit(app, f"candidate {number}") for number in range(24)]
    async with working(app, cells=1):
        found = await asyncio.wait_for(finish(app, *ids), 20)

    assert {item.verdict for item in found} == {Verdict.REJECTED}
    assert verifiers.suites == verifiers.there == 24


async def test_suites_are_judged_while_all_gathered_checks_wait(app: App, verifiers: Gatherers) -> None:
    verifiers.wanted = 10_000
    async with working(app, cells=1) as worker:
        for number in range(8):
            await submit(app, f"candidate {number}")
        await until(lambda: verifiers.suites == 8)
        assert not worker.idle
        verifiers.enough.set()
        await until(lambda: worker.idle)


async def test_findings_and_metrics_outlive_reuse_by_content(app: App, verifiers: Gatherers) -> None:
    async with working(app):
        (first,) = await finish(app, await submit(app, "same", verifiers=("plus",), disclosure=Disclosure.FULL))
        (again,) = await finish(app, await submit(app, "same", verifiers=("plus",), disclosure=Disclosure.FULL))

    assert verifiers.there == 1
    (check,) = again.checks
    assert check.cached
    assert check.evidence.findings == first.checks[0].evidence.findings == (FINDING,)
    assert check.evidence.metrics == {"lines": 2.0}


async def test_what_is_gathered_at_the_end_goes_back_to_the_queue(app: App, verifiers: Gatherers) -> None:
    verifiers.wanted = 10_000
    async with working(app) as worker:
        name = await submit(app, "waits", verifiers=("plus",))
        await until(lambda: verifiers.there == 1)
        await worker.stop(drain=False)
    verifiers.enough.set()
    async with working(app):
        (found,) = await finish(app, name)
    assert found.verdict is Verdict.REJECTED
