"""One registry answers for all kinds of verifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from service.domain.check import Judgement
from service.domain.ports import Order, Resolved
from service.domain.requests import VerifierInfo
from service.domain.verdict import Verdict
from service.errors import NotFound
from service.verify.registry import Registry
from tasks.inline import build_task
from tasks.task import Task
from tests.fakes.verifiers import FakeVerifiers

TASK = build_task({"entry_point": "f", "tests": ["assert f(1) == 2"]})


class Suites(FakeVerifiers):
    def resolve(self, task: Task, name: str) -> Resolved | None:  # type: ignore[override]  # as a kind, not as the port
        return None if task.suite(name) is None else super().resolve(task, name)


class Opinion:
    """A kind with one verifier that needs an entry point and rejects everything."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def infos(self) -> Sequence[VerifierInfo]:
        return (VerifierInfo("opinion", "1", "opinion"), VerifierInfo("base", "1", "opinion"))

    def resolve(self, task: Task, name: str) -> Resolved | None:
        return Resolved(name, "1", False) if name in ("opinion", "base") else None

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        self.orders.append(order)
        return {name: Judgement(Verdict.REJECTED) for name in order.verifiers}


async def test_each_kind_is_asked_once_for_its_own_and_answers_keep_the_order_of_the_request() -> None:
    suites, opinion = Suites(), Opinion()
    registry = Registry(suites, [opinion])

    judgements = await registry.judge(TASK, Order(b"accepted", ("opinion", "base")))

    assert list(judgements) == ["opinion", "base"]
    assert [judgements[name].verdict for name in judgements] == [Verdict.REJECTED, Verdict.ACCEPTED]
    assert [order.verifiers for order in suites.orders] == [("base",)]
    assert [order.verifiers for order in opinion.orders] == [("opinion",)]


def test_an_unknown_name_is_answered_with_what_the_task_has() -> None:
    registry = Registry(Suites(), [Opinion()])

    with pytest.raises(NotFound, match=r"no verifier 'plus'; it has base, opinion$"):
        registry.resolve(TASK, "plus")
