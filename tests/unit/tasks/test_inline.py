from __future__ import annotations

from typing import Any

import pytest

from tasks.errors import TaskFormatError
from tasks.inline import build_task, split_script
from tasks.task import CallCase, StdioCase, SuiteKind, Visibility

ADD: dict[str, Any] = {
    "prompt": "Add two numbers.",
    "entry_point": "add",
    "tests": ["assert add(1, 2) == 3"],
    "setup": "",
}


def test_asserts() -> None:
    task = build_task(ADD)
    assert task.set_name == "inline"
    assert len(task.local) == 16
    (suite,) = task.suites
    assert (suite.name, suite.kind, suite.visibility) == ("base", SuiteKind.CASES, Visibility.VISIBLE)
    assert suite.cases == (CallCase((1, 2), 3, source="assert add(1, 2) == 3"),)


def test_the_id_follows_the_content() -> None:
    assert build_task(ADD).id == build_task(dict(ADD)).id
    assert build_task(ADD).id != build_task(ADD | {"tests": ["assert add(1, 2) == 4"]}).id
    assert build_task(ADD).id != build_task(ADD | {"visibility": "hidden"}).id


def test_the_entry_point_may_be_left_out_where_it_is_plain() -> None:
    form = {
        "tests": ["assert sorted(add(1, 2)) == [3]", "assert add(0, helper(1)) == 1"],
        "setup": "def helper(x): return x",
    }
    assert build_task(form).entry_point == "add"
    assert (
        build_task({"pytest": "from solution import add\n\ndef test(): assert add(1, 2) == 3\n"}).entry_point == "add"
    )


@pytest.mark.parametrize(
    "form",
    [
        {"tests": ["assert add(1, 2) == sub(4, 1)"]},
        {"check": "def check(candidate):\n    assert candidate(1) == 1\n"},
        {"cases": [{"args": [1], "expected": 1}]},
        {"pytest": "from solution import add, sub\n"},
    ],
)
def test_else_it_is_asked_for(form: dict[str, Any]) -> None:
    with pytest.raises(TaskFormatError) as caught:
        build_task(form, "/task")
    assert caught.value.pointer == "/task/entry_point"


def test_the_other_forms() -> None:
    check = build_task({"entry_point": "f", "check": "def check(candidate):\n    for i in [1]: assert candidate(i)\n"})
    assert check.suites[0].kind is SuiteKind.CHECK
    cases = build_task({"entry_point": "f", "cases": [{"args": [{"$py": "(1,)"}], "expected": 0.5, "atol": 0.1}]})
    assert cases.suites[0].cases == (CallCase(((1,),), 0.5, atol=0.1),)
    stdio = build_task({"stdio": [{"stdin": "1\n", "stdout": "2\n"}]})
    assert (stdio.entry_point, stdio.suites[0].cases) == (None, (StdioCase("1\n", "2\n"),))
    file = build_task({"entry_point": "f", "pytest": "from solution import f\n\ndef test(): assert f() == 1\n"})
    assert file.suites[0].kind is SuiteKind.PYTEST


def test_set_up_code_that_builds_objects_of_the_candidate() -> None:
    form = {
        "entry_point": "f",
        "setup": "root = Node(1)",
        "candidate_names": ["Node"],
        "tests": ["assert f(root) == 1"],
    }
    task = build_task(form | {"candidate_decides": True})
    assert task.candidate_names == ("Node",)
    assert task.candidate_decides
    assert task.suites[0].setup_uses_candidate


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"colour": 1}, "/colour"),
        ({"check": "def check(c): pass"}, "/check"),
        ({"tests": []}, "/tests"),
        ({"tests": [3]}, "/tests/0"),
        ({"tests": "assert add(1, 2) == 3"}, "/tests"),
        ({"tests": ["assert add(1, 2) =="], "entry_point": None}, "/tests/0"),
        ({"entry_point": "not a name"}, "/entry_point"),
        ({"entry_point": 3}, "/entry_point"),
        ({"candidate_names": ["a b"]}, "/candidate_names/0"),
        ({"candidate_decides": "yes"}, "/candidate_decides"),
        ({"visibility": "secret"}, "/visibility"),
        ({"setup": 3}, "/setup"),
        ({"prompt": "\udc00"}, "/prompt"),
        ({"tests": None, "cases": [{"args": [1]}]}, "/cases/0"),
        ({"tests": None, "cases": [{"args": [{"$py": "f()"}], "expected": 1}]}, "/cases/0/args/0/$py"),
        ({"tests": None, "cases": [{"expected": 1}]}, "/cases/0"),
        ({"tests": None, "stdio": [{"stdin": ""}]}, "/stdio/0"),
        ({"tests": None}, ""),
    ],
)
def test_errors_carry_a_pointer(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(TaskFormatError) as caught:
        build_task(ADD | change, "/task")
    assert caught.value.pointer == f"/task{pointer}"


def test_tests_that_do_not_parse_make_a_task_that_cannot_judge() -> None:
    assert build_task(ADD | {"tests": ["assert add(1, 2) =="]}).suites[0].kind is SuiteKind.ASSERTS


@pytest.mark.parametrize(
    ("source", "setup", "tests"),
    [
        ("assert f(1) == 1\nassert f(2) == 2\n", "", ("assert f(1) == 1", "assert f(2) == 2")),
        ("import math\n\nassert f(1) == math.pi", "import math", ("assert f(1) == math.pi",)),
        ("assert f(1) == 1\nx = 3\nassert f(2) == x", "", ("assert f(1) == 1\nx = 3\nassert f(2) == x",)),
        ("x = f(1)\nassert f(2) == x", "", ("x = f(1)\nassert f(2) == x",)),
    ],
)
def test_a_file_of_asserts_is_taken_apart(source: str, setup: str, tests: tuple[str, ...]) -> None:
    assert split_script(source) == (setup, tests)


@pytest.mark.parametrize("source", ["", "x = 1", "assert f(1) =="])
def test_a_file_that_asserts_nothing_is_refused(source: str) -> None:
    with pytest.raises(TaskFormatError):
        split_script(source)
