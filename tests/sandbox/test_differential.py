"""Candidates against references on generated inputs, on real cells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from sandbox.bubblewrap import BubblewrapBackend
from sandbox.pool import CellPool
from sandbox.port import Sandbox
from sandbox.spec import Job, JobResult
from service.domain.check import Judgement
from service.domain.ports import Order, Storage
from service.domain.requests import LimitPolicy
from service.domain.verdict import Failure, Verdict
from service.errors import NotFound
from service.verify.differential import DifferentialVerifiers
from service.verify.differential_trials import Budget
from tasks.task import AssertCase, CallCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions
from tests.sandbox.test_suite_verifiers import ShelfStorage

SMALLEST = "def f(numbers):\n    return min(numbers)\n"
NUMBERS = (([3, 1, 2],), ([5, 9],), ([4, 4, 7, 1],))


class Counting:
    """A sandbox that counts its jobs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.info = sandbox.info
        self.jobs = 0

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        self.jobs += 1
        return await self._sandbox.run(job, isolation=isolation)


@pytest.fixture
async def sandbox(site: None) -> AsyncIterator[Counting]:
    pool = CellPool(BubblewrapBackend(), cells=1)
    await pool.start()
    yield Counting(pool)
    await pool.close()


@pytest.fixture
def shelf() -> ShelfStorage:
    return ShelfStorage()


def verifiers_on(sandbox: Counting, shelf: ShelfStorage, seed: int = 0) -> DifferentialVerifiers:
    budget = Budget(seed=seed, examples=80, shrink_s=20.0)
    return DifferentialVerifiers(cast(Sandbox, sandbox), cast(Storage, shelf), LimitPolicy(), budget)


@pytest.fixture
def verifiers(sandbox: Counting, shelf: ShelfStorage) -> DifferentialVerifiers:
    return verifiers_on(sandbox, shelf)


def task_of(reference: str | None, *examples: tuple[object, ...], contract: str = "", setup: str = "") -> Task:
    suite = Suite("base", SuiteKind.CASES, tuple(CallCase(args, 0) for args in examples), setup=setup)
    return with_versions(Task("t", "1", "", "f", (suite,), reference, contract=contract))


async def judge(verifiers: DifferentialVerifiers, task: Task, candidate: str) -> Judgement:
    return (await verifiers.judge(task, Order(candidate.encode(), ("differential",))))["differential"]


async def test_a_disagreement_is_found_and_made_small(verifiers: DifferentialVerifiers) -> None:
    task = task_of(SMALLEST, *NUMBERS, contract="assert len(numbers) > 0")
    found = await judge(verifiers, task, "def f(numbers):\n    return min([abs(n) for n in numbers])\n")
    assert found.verdict is Verdict.WRONG_ANSWER
    example = found.evidence.counterexample
    assert example is not None
    assert (example.inputs, example.expected, example.actual, example.error) == ("f([-1])", "-1", "1", "")
    assert example.shrunk
    assert example.examples > 40


async def test_another_right_program_is_accepted(verifiers: DifferentialVerifiers) -> None:
    reference = "def f(numbers):\n    total = sum(numbers)\n    numbers.clear()\n    return total / 3\n"
    task = task_of(reference, ([0.1, 0.7, 0.2],), ([2.5],), contract="assert True")
    found = await judge(verifiers, task, "def f(numbers):\n    return sum(n / 3 for n in reversed(numbers))\n")
    assert found.verdict is Verdict.ACCEPTED
    assert found.evidence.counterexample is None


async def test_an_exception_is_told(verifiers: DifferentialVerifiers) -> None:
    task = task_of("def f(n):\n    return n * 2\n", (3,), (5,), contract="assert isinstance(n, int)")
    found = await judge(verifiers, task, "def f(n):\n    return 2 * n if n > 0 else [][n]\n")
    assert found.verdict is Verdict.RUNTIME_ERROR
    assert found.evidence.counterexample is not None
    assert found.evidence.counterexample.inputs == "f(0)"
    assert (found.evidence.counterexample.actual, found.evidence.counterexample.error) == (None, "IndexError")


async def test_a_program_that_hangs_is_told(verifiers: DifferentialVerifiers) -> None:
    task = task_of("def f(n):\n    return n * 2\n", (3,), (5,), contract="assert isinstance(n, int)")
    found = await judge(verifiers, task, "def f(n):\n    while n == -7:\n        pass\n    return 2 * n\n")
    assert found.verdict is Verdict.TIME_LIMIT_EXCEEDED
    assert found.evidence.counterexample is not None
    assert found.evidence.counterexample.inputs == "f(-7)"


@pytest.mark.parametrize(
    ("reference", "contract"),
    [
        ("def f(n):\n    return n + 1\n", "assert n >= 0"),
        ("def f(n):\n    assert n >= 0\n    return n + 1\n", "assert isinstance(n, int)"),
        ("def f(n):\n    if n < 0:\n        exit()\n    return n + 1\n", "assert isinstance(n, int)"),
        ("def f(n):\n    while n < 0:\n        pass\n    return n + 1\n", "assert n >= -2"),
        ("def f(n):\n    return n + 1 if n >= 0 else object()\n", "assert isinstance(n, int)"),
        ("def f(n):\n    return n + 1 if n >= 0 else float('nan')\n", "assert isinstance(n, int)"),
        ("def f(n):\n    return n + 1\n", "assert n > 10**6"),  # a contract that refuses the examples is not believed
        ("def f(n):\n    return n + 1\n", "assert broken ("),
        ("def f(n):\n    return n + 1\n", ""),
    ],
)
async def test_inputs_out_of_contract_never_count(
    verifiers: DifferentialVerifiers, reference: str, contract: str
) -> None:
    task = task_of(reference, (3,), (5,), (0,), contract=contract)
    candidate = "def f(n):\n    return n + 1 if n >= 0 else 'anything'\n"
    assert (await judge(verifiers, task, candidate)).verdict is Verdict.ACCEPTED
    wrong = "def f(n):\n    return n + 1 if n != 1 else 0\n"
    assert (await judge(verifiers, task, wrong)).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    "body",
    [
        "import random\n\ndef f(words):\n    return random.random()\n",
        "def f(words):\n    return list(set(words))\n",
        "from datetime import date\n\ndef f(words):\n    return date.today().year\n",
        "import time as clock, time\n\ndef f(words):\n    return time.time() > 0\n",
    ],
)
async def test_a_flaky_reference_judges_nobody(verifiers: DifferentialVerifiers, body: str) -> None:
    task = task_of(body, (["one", "two", "three"],), (["four", "five"],), contract="assert words")
    for _ in range(2):
        found = await judge(verifiers, task, body)
        assert (found.verdict, found.failure, found.detail.reason) == (None, Failure.INVALID_TASK, "flaky_reference")


async def test_the_reference_is_asked_once(sandbox: Counting, shelf: ShelfStorage) -> None:
    task = task_of(SMALLEST, *NUMBERS, contract="assert len(numbers) > 0")
    first = await judge(verifiers_on(sandbox, shelf), task, SMALLEST)
    assert len(shelf.evidence.documents) == 1
    before = sandbox.jobs
    again = verifiers_on(sandbox, shelf)
    second = await judge(again, task, SMALLEST)
    assert first.verdict is second.verdict is Verdict.ACCEPTED
    assert sandbox.jobs == before + 1
    await judge(verifiers_on(sandbox, shelf, seed=1), task, SMALLEST)
    assert len(shelf.evidence.documents) == 2


async def test_who_solves_nothing_is_not_accepted(verifiers: DifferentialVerifiers) -> None:
    task = task_of(SMALLEST, *NUMBERS, contract="assert len(numbers) > 0")
    for candidate in (
        "class Yes:\n    __eq__ = lambda *_: True\n    __hash__ = lambda _: 0\n\ndef f(numbers):\n    return Yes()\n",
        "import os\n\ndef f(numbers):\n    os._exit(0)\n",
        "def f(numbers):\n    raise SystemExit\n",
        "",
        "def g():\n    return 1\n",
    ):
        assert (await judge(verifiers, task, candidate)).verdict not in (None, Verdict.ACCEPTED), candidate


async def test_inputs_are_read_from_asserts_and_stay_near_them_without_a_contract(
    verifiers: DifferentialVerifiers,
) -> None:
    cases = (AssertCase("assert f([1, 3, 8]) == 1"), AssertCase("assert f([2, 4, 5, 9]) == 2"))
    suite = Suite("base", SuiteKind.ASSERTS, cases)
    task = with_versions(Task("t", "1", "", "f", (suite,), "def f(numbers):\n    return numbers[0]\n"))
    assert (await judge(verifiers, task, SMALLEST)).verdict is Verdict.ACCEPTED
    found = await judge(verifiers, task, "def f(numbers):\n    return min(numbers[0], 4)\n")
    assert found.verdict is Verdict.WRONG_ANSWER


def test_whom_it_applies_to(sandbox: Counting, shelf: ShelfStorage) -> None:
    verifiers = verifiers_on(sandbox, shelf)
    task = task_of(SMALLEST, *NUMBERS)
    assert verifiers.resolve(task, "base") is None
    found = verifiers.resolve(task, "differential")
    assert found is not None
    assert not found.hidden
    other = verifiers_on(sandbox, shelf, seed=1).resolve(task, "differential")
    assert other is not None
    assert other.version != found.version
    secret = Suite("plus", SuiteKind.CASES, (CallCase(([1],), 1),), Visibility.HIDDEN)
    hidden = verifiers.resolve(Task("t", "1", "", "f", (*task.suites, secret), SMALLEST), "differential")
    assert hidden is not None
    assert hidden.hidden
    with pytest.raises(NotFound, match="reference"):
        verifiers.resolve(task_of(None, *NUMBERS), "differential")
    with pytest.raises(NotFound, match="entry point"):
        verifiers.resolve(Task("t", "1", "", None, task.suites, SMALLEST), "differential")
