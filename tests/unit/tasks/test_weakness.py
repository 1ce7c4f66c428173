from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from tasks.stubs import stub_programs
from tasks.task import AssertCase, CallCase, Comparison, ScriptCase, StdioCase, Suite, SuiteKind, Task
from tasks.weakness import Flaw, OracleReport, inspect_suite

from .conftest import PublicTasks


def inspect(kind: SuiteKind, *sources: str, setup: str = "", **task: Any) -> OracleReport:
    make = AssertCase if kind is SuiteKind.ASSERTS else ScriptCase
    suite = Suite("base", kind, tuple(make(source) for source in sources), setup=setup)
    return inspect_suite(Task("mine", "1", "", "f", (suite,), **task), suite)


def weak(*sources: str) -> list[Flaw]:
    report = inspect(SuiteKind.ASSERTS, *sources, setup="def g(x): return x\ndef ok(x): return x\ny = 1")
    assert report.invalid == ()
    return [weakness.flaw for weakness in report.weak]


@pytest.mark.parametrize(
    ("source", "flaw"),
    [
        ("assert f(1)", Flaw.TRUTHINESS),
        ("assert not f(1)", Flaw.TRUTHINESS),
        ("assert f(1) is not None", Flaw.NOT_NONE),
        ("assert f(y) == f(y)", Flaw.SELF_COMPARISON),
        ("assert sorted(f(y)) == sorted(f(y))", Flaw.SELF_COMPARISON),
        ("assert f(g(y)) == y", Flaw.ROUND_TRIP),
        ("assert y == g(f(y))", Flaw.ROUND_TRIP),
        ("assert not abs(f(1) - 0.5) > 1e-6", Flaw.NEGATED_TOLERANCE),
        ("try:\n    assert f(1) == 2\nexcept Exception:\n    pass", Flaw.SWALLOWED),
        ("try:\n    f(1)\nexcept:\n    pass", Flaw.SWALLOWED),
        ("try:\n    f(1)\nexcept (ValueError, BaseException):\n    pass", Flaw.SWALLOWED),
    ],
)
def test_tests_that_judge_little_are_flagged(source: str, flaw: Flaw) -> None:
    assert weak(source) == [flaw]


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) == 2",
        "assert ok(f(1))",
        "assert isinstance(f(1), int)",
        "assert sorted(f(y)) == sorted(g(y))",
        "assert g(y) == g(y)",
        "assert abs(f(1) - 0.5) < 1e-6",
        "try:\n    f(1)\nexcept ValueError:\n    pass",
        "try:\n    f(1)\nexcept Exception:\n    assert False",
        "assert f(1) == (x := 2) and x",
    ],
)
def test_tests_that_judge_are_not(source: str) -> None:
    assert weak(source) == []


def test_lowered_cases_keep_their_flags() -> None:
    cases = (
        CallCase((1,), True, comparison=Comparison.TRUTHY, source="assert f(1)"),
        CallCase((1,), True, comparison=Comparison.PRESENCE),
        CallCase((1,), comparison=Comparison.ANY),
        CallCase((1,), 2),
    )
    suite = Suite("base", SuiteKind.CASES, cases)
    report = inspect_suite(Task("mine", "1", "", "f", (suite,)), suite)
    assert [(found.flaw, found.case) for found in report.weak] == [
        (Flaw.TRUTHINESS, 0),
        (Flaw.NOT_NONE, 1),
        (Flaw.ANY_VALUE, 2),
    ]
    assert report.weak[0].evidence == "assert f(1)"


@pytest.mark.parametrize(
    ("kind", "sources", "setup", "reason"),
    [
        (SuiteKind.ASSERTS, [], "", "no_cases"),
        (SuiteKind.ASSERTS, ["assert f(1) =="], "", "unparsable_tests"),
        (SuiteKind.ASSERTS, ["assert f(1) == 1"], "import", "unparsable_tests"),
        (SuiteKind.ASSERTS, ["assert f(1\x00) == 1"], "", "unparsable_tests"),
        (SuiteKind.ASSERTS, ["x = 1"], "", "no_cases"),
        (SuiteKind.ASSERTS, ["assert f(Node(1)) == 1"], "", "undeclared_candidate_name"),
        (SuiteKind.ASSERTS, ["assert f(root) == 1"], "root = Node(1)", "undeclared_candidate_name"),
        (SuiteKind.CHECK, ["def verify(candidate): assert candidate(1)"], "", "no_check_function"),
        (SuiteKind.CHECK, ["def check(candidate): assert helper(candidate(1)) == 1"], "", "undeclared_candidate_name"),
        (SuiteKind.PYTEST, ["from solution import g\ndef test(): assert g() == 1"], "", "undeclared_candidate_name"),
    ],
)
def test_suites_that_cannot_judge(kind: SuiteKind, sources: Sequence[str], setup: str, reason: str) -> None:
    assert inspect(kind, *sources, setup=setup).reason == reason


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (SuiteKind.ASSERTS, "assert f(Node(1)) == 1"),
        (SuiteKind.ASSERTS, "assert f(poly(1)) == 1"),
        (SuiteKind.CHECK, "import math\ndef check(candidate):\n    x = 1\n    assert candidate(x) == f(math.pi)"),
        (SuiteKind.ASSERTS, "from math import *\nassert f(pi) == 3"),
        (SuiteKind.PYTEST, "import pytest\nfrom solution import f\ndef test(tmp_path): assert f(tmp_path) == __name__"),
        (SuiteKind.PYTEST, "from solution import *\ndef test(): assert f() == Node"),
        (SuiteKind.ASSERTS, "assert [f(i) for i in range(3)] == list(map(lambda n: n, [1]))"),
    ],
)
def test_declared_names_and_names_of_the_tests_own_are_known(kind: SuiteKind, source: str) -> None:
    report = inspect(kind, source, prelude="def poly(x): return x", candidate_names=("Node",))
    assert report.invalid == ()


_HEAD = (
    "import os, sys, time, io\nimport pytest\nfrom unittest import mock\nfrom unittest.mock import patch\n"
    "import unittest.mock\nfrom solution import f, Node\nclass Own:\n    x = 1\n"
)


@pytest.mark.parametrize(
    ("patched", "refused"),
    [
        ("monkeypatch.setattr('builtins.input', lambda: '1')", True),
        ("monkeypatch.setenv('HOME', 'x')", True),
        ("monkeypatch.setattr(time, 'time', lambda: 0)", True),
        ("monkeypatch.setattr(sys, 'stdin', io.StringIO('1'))", True),
        ("monkeypatch.setitem(os.environ, 'A', 'b')", True),
        ("with monkeypatch.context() as m: m.delattr(os, 'fork')", True),
        ("mock.patch('time.sleep').start()", True),
        ("with patch('builtins.print') as p: f(1)", True),
        ("with patch.object(time, 'sleep'): f(1)", True),
        ("with patch.dict('os.environ', {'A': 'b'}): f(1)", True),
        ("with unittest.mock.patch('sys.stdin', io.StringIO('1')): f(1)", True),
        ("monkeypatch.setattr(Own, 'x', 2)", False),
        ("monkeypatch.setattr(Node, 'x', 2)", False),
        ("own = {}; monkeypatch.setitem(own, 'x', 2)", False),
        ("with patch('sys.stdout', new_callable=io.StringIO) as out: f(1)", False),
        ("monkeypatch.setattr(sys, 'stdout', io.StringIO())", False),
        ("with patch.object(Own, 'x', 2): f(1)", False),
        ("called = mock.Mock(); f(called)", False),
    ],
)
def test_tests_that_patch_another_process_are_refused(patched: str, refused: bool) -> None:
    source = f"{_HEAD}def test_one(monkeypatch):\n    {patched}\n    assert f(1) == 2\n"
    report = inspect(SuiteKind.PYTEST, source, candidate_names=("Node",))
    assert report.reason == ("patches_candidate" if refused else None)


def test_a_comparison_that_the_candidates_object_would_answer_needs_to_be_declared() -> None:
    source = "assert f(1) == Pair(1, 2)"
    assert inspect(SuiteKind.ASSERTS, source, candidate_names=("Pair",)).reason == "undeclared_deciding_method"
    assert inspect(SuiteKind.ASSERTS, source, candidate_names=("Pair",), candidate_decides=True).invalid == ()


def test_a_task_without_an_entry_point_reads_and_prints() -> None:
    suite = Suite("base", SuiteKind.STDIO, (StdioCase("1", "2"),))
    assert inspect_suite(Task("mine", "1", "", None, (suite,)), suite) == OracleReport()
    calls = Suite("base", SuiteKind.CASES, (CallCase((), 1),))
    assert inspect_suite(Task("mine", "1", "", None, (calls,)), calls).reason == "no_entry_point"


@pytest.mark.parametrize("name", ["mbpp", "mbpp-sanitized", "humaneval", "mbpp-plus"])
def test_no_public_task_is_refused(name: str, public_tasks: PublicTasks) -> None:
    refused = [
        (task.id, weakness)
        for task in public_tasks(name).values()
        for suite in task.suites
        for weakness in inspect_suite(task, suite).invalid
    ]
    assert refused == []


def test_flags_of_humaneval(public_tasks: PublicTasks) -> None:
    found: Counter[Flaw] = Counter()
    for task in public_tasks("humaneval").values():
        found.update(weakness.flaw for weakness in inspect_suite(task, task.suites[0]).weak)
    assert found == {Flaw.TRUTHINESS: 30, Flaw.SELF_COMPARISON: 3}


def test_stubs_define_what_the_tests_need_and_run() -> None:
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f(Node(1)) == 1"),))
    stubs = stub_programs(Task("mine", "1", "", "f", (suite,), candidate_names=("Node",)))
    assert [stub.name for stub in stubs] == [
        "return_none",
        "return_first_argument",
        "opaque_object",
        "always_raise",
        "identity_helpers",
    ]
    answers = {}
    for stub in stubs:
        space: dict[str, Any] = {}
        exec(stub.source, space)
        assert callable(space["Node"])
        answers[stub.name] = (lambda f: f(7))(space["f"]) if stub.name != "always_raise" else None
        if stub.name == "always_raise":
            with pytest.raises(ValueError, match="stub"):
                space["f"](7)
    assert answers["return_none"] is None
    assert answers["return_first_argument"] == 7
    assert answers["identity_helpers"] == 7
    assert answers["opaque_object"] == object()


def test_stubs_of_programs_that_read_and_print() -> None:
    suite = Suite("base", SuiteKind.STDIO, (StdioCase("", ""),))
    for stub in stub_programs(Task("mine", "1", "", None, (suite,))):
        compile(stub.source, stub.name, "exec")
