"""Suites as verifiers, on real cells: expected values by the reference, weak tests, budgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

import pytest

from sandbox.port import Sandbox
from sandbox.spec import Job, JobResult
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


async def test_tests_that_patch_the_candidate_are_an_invalid_task_for_everybody(verifiers: SuiteVerifiers) -> None:
    patched = "    monkeypatch.setattr('builtins.input', lambda: '2')\n"
    tests = f"from solution import f\ndef test_one(monkeypatch):\n{patched}    assert f() == 2\n"
    inline = build_task({"entry_point": "f", "pytest": tests})

    for source in (b"def f(): return int(input())", b"def f(): return 2"):
        judgement = (await verifiers.judge(inline, Order(source, ("base",))))["base"]

        assert (judgement.verdict, judgement.failure) == (None, Failure.INVALID_TASK)
        assert judgement.detail.reason == "patches_candidate"
        assert "argument" in judgement.evidence.message


async def test_a_program_is_judged_case_by_case(verifiers: SuiteVerifiers) -> None:
    cases = [{"stdin": f"{n}\n", "stdout": f"{n}\n"} for n in range(3)]
    inline = build_task({"stdio": cases})

    logger = "open('log', 'a').write(input())\nprint(open('log').read())"
    counter = "import os\nopen('n', 'a').write('.')\nprint(os.path.getsize('n') - 1)"
    assert await verdict(verifiers, inline, logger, "base") is Verdict.ACCEPTED
    assert await verdict(verifiers, inline, counter, "base") is Verdict.WRONG_ANSWER


class Counting:
    """A sandbox that notes which exams were sat, job by job."""

    def __init__(self, pool: Sandbox) -> None:
        self._pool = pool
        self.jobs: list[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    async def run(self, job: Job, *, isolation: str | None = None) -> JobResult:
        self.jobs.append([exam.name for exam in job.exams])
        return await self._pool.run(job, isolation=isolation)


SQUARE = task("def f(x): return x * x", suite(1, 2, name="base"), suite(1, 2, -3, 77001), suite(5, name="other"))
LOOK_AHEAD = b"""
import gc, os, sys
def f(x):
    wanted, seen, frame = sum([77000, 1]), [], sys._getframe(1)
    while frame:
        seen += map(repr, frame.f_locals.values())
        frame = frame.f_back
    seen += [repr(item) for item in gc.get_objects() if type(item) in (tuple, list, dict)]
    os.write(1, str(x).encode())
    needles = (str(wanted), repr(wanted.to_bytes(8, "little"))[2:-1])
    return "seen" if any(needle in item for needle in needles for item in seen) else "unseen"
"""
"""Looks for the input of a case that was not asked yet, as a number and as it is encoded."""


async def both(verifiers: SuiteVerifiers, pool: Sandbox, source: bytes) -> tuple[dict[str, Any], list[list[str]]]:
    counting = Counting(pool)
    await verifiers.judge(SQUARE, Order(b"def f(x): return 0", ("base", "plus")))  # expected values are computed
    shared = SuiteVerifiers(cast(Sandbox, counting), verifiers._storage, LimitPolicy())
    found = await shared.judge(SQUARE, Order(source, ("base", "plus")))
    return dict(found), counting.jobs


@pytest.mark.parametrize(
    ("source", "base", "plus", "jobs"),
    [
        (b"def f(x): return x ** 2", Verdict.ACCEPTED, Verdict.ACCEPTED, [["plus"]]),
        (b"def f(x): return abs(x) * x", Verdict.ACCEPTED, Verdict.WRONG_ANSWER, [["plus"]]),
        (b"def f(x): return x + 1", Verdict.WRONG_ANSWER, Verdict.WRONG_ANSWER, [["plus"]]),
        (b"def f(x): return x if x == 1 else 1 / 0", Verdict.RUNTIME_ERROR, Verdict.RUNTIME_ERROR, [["plus"]]),
        (b"import os\ndef f(x): return x * x if x > 0 else os._exit(0)",
         Verdict.ACCEPTED, Verdict.INCOMPLETE, [["plus"]]),
        (b"import os\ndef f(x): return os._exit(0)", Verdict.INCOMPLETE, Verdict.INCOMPLETE, [["plus"], ["base"]]),
        (b"def f(x) return", Verdict.COMPILE_ERROR, Verdict.COMPILE_ERROR, [["plus"]]),
        (b"import os\nos._exit(0)", Verdict.INCOMPLETE, Verdict.INCOMPLETE, [["plus"]]),
    ],
)  # fmt: skip
async def test_a_suite_that_holds_another_is_sat_once(
    verifiers: SuiteVerifiers, sandbox: Sandbox, source: bytes, base: Verdict, plus: Verdict, jobs: list[list[str]]
) -> None:
    found, sat = await both(verifiers, sandbox, source)

    assert (found["base"].verdict, found["plus"].verdict, sat) == (base, plus, jobs)
    alone = (await verifiers.judge(SQUARE, Order(source, ("base",))))["base"]
    assert (alone.verdict, alone.detail, alone.evidence) == (base, found["base"].detail, found["base"].evidence)


async def test_suites_of_other_cases_are_sat_apart(verifiers: SuiteVerifiers, sandbox: Sandbox) -> None:
    counting = Counting(sandbox)
    shared = SuiteVerifiers(cast(Sandbox, counting), verifiers._storage, LimitPolicy())

    found = await shared.judge(SQUARE, Order(b"def f(x): return x * x", ("other", "plus")))

    assert {name: judgement.verdict for name, judgement in found.items()} == dict.fromkeys(
        ("other", "plus"), Verdict.ACCEPTED
    )
    assert counting.jobs[-1] == ["other", "plus"]


async def test_a_part_tells_nothing_of_hidden_inputs(verifiers: SuiteVerifiers, sandbox: Sandbox) -> None:
    found, sat = await both(verifiers, sandbox, LOOK_AHEAD)

    assert sat == [["plus"]]
    assert [case.actual for case in found["base"].evidence.cases] == ["'unseen'", "'unseen'"]
    assert "77001" not in str(found["base"])
    assert b"77001" in found["plus"].evidence.stdout


async def test_nobody_leaves_the_count_by_a_name_that_the_test_uses(verifiers: SuiteVerifiers) -> None:
    inline = build_task({"entry_point": "f", "tests": ["assert f(Node([1])) == 1"], "candidate_names": ["Node"]})
    code = b"Node = enumerate\ndef f(x): return 5"

    assert (await verifiers.judge(inline, Order(code, ("base",))))["base"].verdict is Verdict.WRONG_ANSWER


async def test_a_test_that_passes_what_cannot_cross_is_invalid_for_everybody(verifiers: SuiteVerifiers) -> None:
    inline = build_task({"entry_point": "f", "tests": ["assert f(object()) == 3"]})

    for code in (b"def f(xs): return sum(xs)", b"def f(xs): return 0"):
        judgement = (await verifiers.judge(inline, Order(code, ("base",))))["base"]
        assert (judgement.failure, judgement.detail.reason) == (Failure.INVALID_TASK, "argument_not_plain")
        assert "object" in judgement.evidence.message


@pytest.mark.parametrize(
    ("test", "code", "reason"),
    [
        ("import pytest\nfrom solution import f\n@pytest.mark.parametrize('x', f(3))\ndef test_f(x): assert x == 9",
         "def f(x): return []", None),
        ("from solution import f\ndef helper(): assert f(1) == 1", "def f(x): return x", "no_tests"),
        ("from solution import f, g\ndef test_f(): assert f(1) == 1", "def f(x): return x",
         "undeclared_candidate_name"),
    ],
)  # fmt: skip
async def test_a_pytest_file_is_broken_only_if_it_is_so_for_everybody(
    verifiers: SuiteVerifiers, test: str, code: str, reason: str | None
) -> None:
    inline = build_task({"entry_point": "f", "pytest": test})

    judgement = (await verifiers.judge(inline, Order(code.encode(), ("base",))))["base"]

    assert (judgement.verdict is Verdict.WRONG_ANSWER) == (reason is None)
    assert judgement.failure is (None if reason is None else Failure.INVALID_TASK)
    assert reason is None or judgement.detail.reason == reason
