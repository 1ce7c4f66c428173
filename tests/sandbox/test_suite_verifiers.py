"""Suites as verifiers, on real cells: expected values by the reference, weak tests, budgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

import pytest

from sandbox.port import Sandbox
from service.domain.ports import Order, Storage
from service.domain.requests import LimitPolicy, LimitValues
from service.domain.verdict import Failure, Verdict
from service.verify.suites import SuiteVerifiers
from tasks.inline import build_task
from tasks.task import CallCase, Comparison, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions


class Shelf:
    """Stored expected values, in memory."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str, str], bytes] = {}

    async def expectations(self, *key: str) -> bytes | None:
        return self.documents.get(cast("tuple[str, str, str]", key))

    async def save_expectations(self, reference: str, suite: str, place: str, document: bytes, _now: datetime) -> None:
        self.documents.setdefault((reference, suite, place), document)


class ShelfStorage:
    """As much of a database as the verifiers use."""

    def __init__(self) -> None:
        self.evidence = Shelf()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ShelfStorage]:
        yield self

    writing = reading

    async def commit(self) -> None:
        pass


@pytest.fixture
def shelf() -> ShelfStorage:
    return ShelfStorage()


@pytest.fixture
def verifiers(sandbox: Sandbox, shelf: ShelfStorage) -> SuiteVerifiers:
    return SuiteVerifiers(sandbox, cast(Storage, shelf), LimitPolicy())


def task(reference: str, *suites: Suite, entry_point: str = "f") -> Task:
    return with_versions(
        Task(set_name="trial", local="1", prompt="", entry_point=entry_point, suites=suites, reference=reference)
    )


def suite(*args: Any, name: str = "plus", **given: Any) -> Suite:
    cases = tuple(CallCase((arg,), **given) for arg in args)
    return Suite(name, SuiteKind.CASES, cases, Visibility.HIDDEN)


async def verdict(verifiers: SuiteVerifiers, of: Task, source: str, name: str = "plus") -> Verdict | None:
    return (await verifiers.judge(of, Order(source.encode(), (name,))))[name].verdict


async def test_expected_values_come_from_the_reference_once(verifiers: SuiteVerifiers, shelf: ShelfStorage) -> None:
    square = task("def f(x): return x * x", suite(1, 2, -3))

    assert await verdict(verifiers, square, "def f(x): return x ** 2") is Verdict.ACCEPTED
    assert await verdict(verifiers, square, "def f(x): return abs(x) * x") is Verdict.WRONG_ANSWER
    assert len(shelf.evidence.documents) == 1
    assert (await verifiers.prepare(square, "plus")).computed == 0


async def test_what_the_whole_suite_knows_its_parts_know(verifiers: SuiteVerifiers, shelf: ShelfStorage) -> None:
    square = task("def f(x): return x * x", suite(1, 2, name="base"), suite(1, 2, -3), suite(-3, name="plus-extra"))

    for name in ("plus", "base", "plus-extra"):
        assert await verdict(verifiers, square, "def f(x): return x ** 2", name) is Verdict.ACCEPTED

    assert await verdict(verifiers, square, "def f(x): return abs(x) * x", "base") is Verdict.ACCEPTED
    assert await verdict(verifiers, square, "def f(x): return abs(x) * x", "plus-extra") is Verdict.WRONG_ANSWER
    assert len(shelf.evidence.documents) == 1


async def test_large_values_are_judged_too(verifiers: SuiteVerifiers) -> None:
    numbers = task("def f(n): return list(range(n))", suite(10**5, 3))

    assert await verdict(verifiers, numbers, "def f(n): return [float(x) for x in range(n)]") is Verdict.ACCEPTED
    assert await verdict(verifiers, numbers, "def f(n): return list(range(n - (n > 9)))") is Verdict.WRONG_ANSWER


async def test_a_match_object_is_present(verifiers: SuiteVerifiers) -> None:
    found = task("import re\ndef f(s): return re.search('a', s)", suite("abc", "xyz", comparison=Comparison.PRESENCE))

    assert await verdict(verifiers, found, "def f(s): return 'a' in s") is Verdict.ACCEPTED
    assert await verdict(verifiers, found, "def f(s): return True") is Verdict.WRONG_ANSWER


async def test_a_reference_that_raises_is_an_invalid_task(verifiers: SuiteVerifiers) -> None:
    broken = task("def f(x): return 1 / x", suite(1, 0))

    judgement = (await verifiers.judge(broken, Order(b"def f(x): return 1 / x", ("plus",))))["plus"]

    assert (judgement.verdict, judgement.failure) == (None, Failure.INVALID_TASK)
    assert "ZeroDivisionError" in judgement.evidence.message
    assert (await verifiers.prepare(broken, "plus")).problem is not None


@pytest.mark.parametrize("source", [b"", b" \n\t", b"\x00", b"def f(x) return x", b"\xff\xfe"])
async def test_what_is_no_program_is_a_verdict(verifiers: SuiteVerifiers, source: bytes) -> None:
    square = task("def f(x): return x * x", suite(1, 2, -3))

    assert (await verifiers.judge(square, Order(source, ("plus",))))["plus"].verdict is Verdict.COMPILE_ERROR


async def test_limits_that_were_asked_for_hold(verifiers: SuiteVerifiers) -> None:
    square = task("def f(x): return x * x", suite(1, 2, -3))
    order = Order(b"import time\ndef f(x): time.sleep(30)", ("plus",), LimitValues(case_wall_s=0.3))

    judgement = (await verifiers.judge(square, order))["plus"]

    assert (judgement.verdict, judgement.detail.limit) == (Verdict.TIME_LIMIT_EXCEEDED, "case_wall_s")


@pytest.mark.parametrize(
    ("tests", "failure", "words"),
    [
        (["f(1)"], Failure.INVALID_TASK, "solves nothing"),
        (["assert f(1) is None"], Failure.INVALID_TASK, "solves nothing"),
        (["try:\n    f(1)\nexcept ValueError:\n    pass"], Failure.INVALID_TASK, "solves nothing"),
        (["assert f(1) == 1"], None, "weak_oracle"),
        (["assert f(1) == 1", "assert f(2) == 4"], None, ""),
    ],
)
async def test_tests_that_accept_a_stub(
    verifiers: SuiteVerifiers, tests: list[str], failure: Failure | None, words: str
) -> None:
    inline = build_task({"entry_point": "f", "tests": tests})

    judgement = (await verifiers.judge(inline, Order(b"def f(x): return x * x", ("base",))))["base"]

    assert judgement.failure is failure
    assert words in judgement.evidence.message
