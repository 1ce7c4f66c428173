"""Trials as they are stored and judged."""

from __future__ import annotations

import pytest

from sandbox.spec import Rule
from service.verify.differential_trials import Budget, Judging, Trial, Trials, holds_float, reads_clock
from tasks.formats import evalplus
from tasks.task import AssertCase, CallCase, Comparison, Suite, SuiteKind, Task


def task_of(*cases: CallCase, name: str = "f") -> Task:
    return Task("t", "1", "", name, (Suite("base", SuiteKind.CASES, cases),), "", version="v")


def test_trials_come_back_as_they_were_stored() -> None:
    trials = Trials((Trial(([1, (2.5, "é")], {"k": {3}}), None, 0.25), Trial(((),), [True], 0.0)), 7, guarded=True)
    assert Trials.unpack(trials.pack()) == trials


def test_another_seed_budget_or_task_is_stored_elsewhere() -> None:
    task = task_of(CallCase((1,), 1))
    keys = {Budget().key(task), Budget(seed=1).key(task), Budget(examples=9).key(task)}
    assert len(keys) == 3
    assert Budget(shrink_s=9).key(task) in keys


@pytest.mark.parametrize(
    ("answer", "atol", "rtol"), [(3, 0.0, 0.0), (3.5, 1e-6, 1e-7), ([1, {"k": (2.5,)}], 1e-6, 1e-7), ("1.5", 0.0, 0.0)]
)
def test_floats_are_compared_with_tolerance(answer: object, atol: float, rtol: float) -> None:
    case = Judging(task_of(CallCase((1,), 1))).case(Trial((2,), answer, 0.0))
    assert (case.atol, case.rtol) == (atol, rtol)
    loose = Judging(task_of(CallCase((1,), 1, atol=0.01))).case(Trial((2,), answer, 0.0))
    assert loose.atol == 0.01


def test_the_comparator_is_the_suites_own() -> None:
    judging = Judging(task_of(CallCase(([1],), (1,), comparison=Comparison.SET)))
    assert judging.case(Trial(([2],), (2,), 0.0)).rule is Rule.SET
    present = Judging(task_of(CallCase(("a",), True, comparison=Comparison.PRESENCE)))
    assert present.expected(("b",), "match") is True
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f(1)"),))
    bare = Judging(Task("t", "1", "", "f", (suite,), ""))
    assert bare.case(Trial((2,), False, 0.0)).rule is Rule.EQUAL


def test_a_task_that_can_be_read_in_two_ways_accepts_both_answers() -> None:
    row = {
        "task_id": "Mbpp/558", "prompt": "", "entry_point": "digit_distance_nums",
        "canonical_solution": "def digit_distance_nums(n1, n2): return 0",
        "base_input": [[1, 2], [23, 56]], "plus_input": [],
    }  # fmt: skip
    case = Judging(evalplus.task_from_row(row, "mbpp-plus")).case(Trial((10, 9), 8, 0.0))
    assert case.also == (10,)
    assert Judging(task_of(CallCase((1, 2), 1), name="digit_distance_nums")).case(Trial((10, 9), 8, 0.0)).also == ()


def test_a_call_can_be_repeated_from_its_text() -> None:
    assert Judging(task_of(CallCase((1,), 1))).call(([1, "a'b"], (2,), {3})) == 'f([1, "a\'b"], (2,), {3})'


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time\ndef f(): return time.time()", True),
        ("import datetime\ndef f(): return datetime.datetime.now()", True),
        ("from datetime import date\ndef f(): return date.today()", True),
        ("from time import time\ndef f(): return time()", True),
        ("def f(time): return time(3)", False),
        ("import time\ndef f(): time.sleep(0)", False),
        ("def f(:", False),
    ],
)
def test_who_reads_the_clock(source: str, found: bool) -> None:
    assert reads_clock(source) is found


def test_where_floats_are() -> None:
    assert holds_float({"k": [(1, 2.0)]})
    assert not holds_float([1, "2.0", True])
