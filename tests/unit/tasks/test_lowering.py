from __future__ import annotations

import pytest

from tasks.lowering import lower
from tasks.task import AssertCase, CallCase, Comparison, ScriptCase, Suite, SuiteKind


def asserts(*sources: str, setup: str = "", late: bool = False) -> Suite:
    cases = tuple(AssertCase(source) for source in sources)
    return Suite("base", SuiteKind.ASSERTS, cases, setup=setup, setup_uses_candidate=late)


def check(source: str) -> Suite:
    return Suite("base", SuiteKind.CHECK, (ScriptCase(source),))


def one(source: str) -> CallCase:
    suite = lower(asserts(source), "f")
    assert suite.kind is SuiteKind.CASES
    case = suite.cases[0]
    assert isinstance(case, CallCase)
    return case


@pytest.mark.parametrize(
    ("source", "args", "expected", "comparison"),
    [
        ("assert f(1, [2]) == 3", (1, [2]), 3, Comparison.EQUAL),
        ("assert 3 == f(1)", (1,), 3, Comparison.EQUAL),
        ("assert (f(-1)) == (-2.5)", (-1,), -2.5, Comparison.EQUAL),
        ("assert f() == set()", (), set(), Comparison.EQUAL),
        ("assert f({'a': (1, None)}) == {1, 2}", ({"a": (1, None)},), {1, 2}, Comparison.EQUAL),
        ("assert f(1) == None", (1,), None, Comparison.EQUAL),
        ("assert f(1) is None", (1,), None, Comparison.IDENTICAL),
        ("assert f(1) is True", (1,), True, Comparison.IDENTICAL),
        ("assert f('x')", ("x",), True, Comparison.TRUTHY),
        ("assert not f('x')", ("x",), False, Comparison.TRUTHY),
        ("assert f(2**10) == 10**3, 'message'", (1024,), 1000, Comparison.EQUAL),
        ("assert f(1) == 2, 'got ' + str(f(1))", (1,), 2, Comparison.EQUAL),
    ],
)
def test_the_forms_that_are_lowered(source: str, args: object, expected: object, comparison: Comparison) -> None:
    case = one(source)
    assert (case.args, case.expected, case.comparison) == (args, expected, comparison)
    assert (case.atol, case.rtol, case.source) == (0, 0, source)


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) != 2",
        "assert f(1) is not None",
        "assert f(x) == 2",
        "assert f(1) == f(1)",
        "assert f(a=1) == 2",
        "assert f(*[1]) == 2",
        "assert f(1) == 2 == 2",
        "assert f(1) < 3",
        "assert g(1) == 2",
        "assert set(f(1)) == {2}",
        "assert f(1)[0] == 2",
        "assert abs(f(1) - 0.5) < 1e-6",
        "assert f(f(1)) == 1",
        "assert f(1) is 5",
        "assert f(1) and f(2)",
        "x = 1\nassert f(1) == 2",
        "assert f(int) == 2",
        "assert f([[0]] * 2) == 2",
        "f(1)",
        "assert f(1) ==",
    ],
)
def test_other_forms_stay_scripts(source: str) -> None:
    suite = asserts(source)
    assert lower(suite, "f") is suite


def test_a_suite_is_lowered_as_a_whole_or_not_at_all() -> None:
    suite = asserts("assert f(1) == 2", "assert f(x) == 2")
    assert lower(suite, "f") is suite


@pytest.mark.parametrize(
    "setup",
    ["set = list", "def set(x): return 0", "from m import frozenset as set", "from m import *", "print('x')", "f = 1"],
)
def test_names_that_set_up_code_binds_are_not_taken_for_built_ins(setup: str) -> None:
    suite = asserts("assert f(1) == set([1])", setup=setup)
    assert lower(suite, "f") is suite
    assert lower(asserts("assert f(1) == set([1])"), "f", prelude=setup).kind is SuiteKind.ASSERTS


def test_quiet_set_up_code_does_not_stand_in_the_way() -> None:
    suite = lower(asserts("assert f(1) == 2", setup="import math\nLIMIT = 3\ndef helper(x): return x"), "f")
    assert suite.kind is SuiteKind.CASES
    assert suite.setup == ""


def test_set_up_code_that_uses_the_candidate_keeps_the_script() -> None:
    suite = asserts("assert f(1) == 2", late=True)
    assert lower(suite, "f") is suite


def test_an_entry_point_that_is_called_like_a_built_in_keeps_the_script() -> None:
    assert lower(asserts("assert set([1]) == 2"), "set").kind is SuiteKind.ASSERTS


CHECK = """
METADATA = {'author': 'x'}


def check(candidate):
    '''Cases.'''
    assert True, "always"
    assert candidate([1, 2]) == 3, "Error"
    print
    assert candidate([]) == 0
"""


def test_a_check_function_is_lowered() -> None:
    suite = lower(check(CHECK), "add_up")
    assert [(case.args, case.expected) for case in suite.cases if isinstance(case, CallCase)] == [
        (([1, 2],), 3),
        (([],), 0),
    ]
    case = suite.cases[1]
    assert isinstance(case, CallCase)
    assert case.source == "assert add_up([]) == 0"


@pytest.mark.parametrize(
    "source",
    [
        CHECK + "    for i in range(3):\n        assert candidate(i) == i\n",
        CHECK.replace("(candidate)", "(candidate, more=1)"),
        CHECK.replace("print\n", "candidate = min\n"),
        CHECK + "\n\ncheck = 3\n".replace("3", "print()"),
        CHECK + "\n\nassert True\n",
        CHECK + "\n\ndef check(candidate):\n    assert candidate(1) == 1\n",
        "def check(candidate):\n    assert True\n",
        "def check(candidate):\n    assert f([1]) == 1\n",
        "def verify(candidate):\n    assert candidate(1) == 1\n",
    ],
)
def test_other_checks_stay_scripts(source: str) -> None:
    suite = check(source)
    assert lower(suite, "f") is suite


def test_lowering_twice_changes_nothing() -> None:
    suite = lower(asserts("assert f(1) == 2"), "f")
    assert lower(suite, "f") is suite
