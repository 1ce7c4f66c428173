from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tasks.errors import TaskFormatError
from tasks.formats import read_tasks
from tasks.task import CallCase, Comparison, Suite, SuiteKind, Task, Unknown, Visibility

MBPP = {
    "task_id": 7,
    "text": "Double it.",
    "code": "def double(x):\r\n    return 2 * x\r\n",
    "test_setup_code": "",
    "test_list": ["assert double(2) == 4", "assert double(-1) == -2"],
    "challenge_test_list": ["assert double(0) == 0"],
}
HUMANEVAL = {
    "task_id": "HumanEval/3",
    "prompt": (
        'import math\nfrom typing import List\n\n\ndef half(x):\n    """Half."""\n    return x / 2\n\n\n'
        'def double(x):\n    """ Double it. """\n'
    ),
    "entry_point": "double",
    "canonical_solution": "    return 2 * x\n",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n",
}
PLUS: dict[str, Any] = {
    **{key: value for key, value in HUMANEVAL.items() if key != "test"},
    "contract": "\n    assert isinstance(x, int)\n",
    "base_input": [[1], [2]],
    "plus_input": [[3]],
    "atol": 0,
}


def read(format_name: str, *rows: object) -> list[Task | TaskFormatError]:
    data = "\n".join(json.dumps(row) for row in rows).encode()
    return list(read_tasks(io.BytesIO(data), format_name, "mine"))


def one(format_name: str, row: object) -> Task:
    (task,) = read(format_name, row)
    assert isinstance(task, Task), str(task)
    return task


def suite(task: Task, name: str) -> Suite:
    found = task.suite(name)
    assert found is not None
    return found


def calls(found: Suite) -> list[CallCase]:
    assert found.kind is SuiteKind.CASES
    return [case for case in found.cases if isinstance(case, CallCase)]


def mbpp_plus(local: int, entry_point: str, inputs: list[Any], atol: float = 0) -> list[CallCase]:
    row = PLUS | {
        "task_id": f"Mbpp/{local}",
        "entry_point": entry_point,
        "base_input": inputs,
        "plus_input": [],
        "atol": atol,
    }
    return calls(suite(one("mbpp-plus", row), "base"))


def test_mbpp() -> None:
    task = one("mbpp", MBPP)
    assert (task.id, task.entry_point, task.prompt) == ("mine/7", "double", "Double it.")
    assert [(found.name, found.visibility, len(found.cases)) for found in task.suites] == [
        ("base", Visibility.VISIBLE, 2),
        ("challenge", Visibility.HIDDEN, 1),
    ]
    assert [(case.args, case.expected) for case in calls(suite(task, "base"))] == [((2,), 4), ((-1,), -2)]
    assert task.reference == MBPP["code"]
    assert len(task.version) == 64


def test_sanitized_mbpp_takes_its_imports_as_set_up_code() -> None:
    row = {
        "task_id": 7,
        "prompt": "Double it.",
        "code": MBPP["code"],
        "test_imports": ["import math"],
        "test_list": ["assert math.isclose(double(2), 4.0)"],
    }
    base = suite(one("mbpp-sanitized", row), "base")
    assert (base.kind, base.setup, base.setup_uses_candidate) == (SuiteKind.ASSERTS, "import math", False)


def test_what_tests_borrow_from_a_solution() -> None:
    code = "import sys\n\nclass Node:\n    pass\n\ndef size(node):\n    return sys.getsizeof(node)\n"
    row = MBPP | {
        "code": code,
        "test_setup_code": "root = Node()\r\n",
        "test_list": ["assert size(root) == sys.getsizeof(root)"],
        "challenge_test_list": [],
    }
    task = one("mbpp", row)
    assert (task.entry_point, task.candidate_names) == ("size", ("Node",))
    base = suite(task, "base")
    assert base.setup.startswith("import sys\n")
    assert base.setup_uses_candidate


def test_humaneval() -> None:
    task = one("humaneval", HUMANEVAL)
    assert (task.local, task.entry_point) == ("3", "double")
    assert task.completion_prompt == HUMANEVAL["prompt"]
    assert task.reference == HUMANEVAL["prompt"] + HUMANEVAL["canonical_solution"]
    assert "def half" in task.prelude
    assert "import math" in task.prelude
    assert "double" not in task.prelude
    assert [(case.args, case.source) for case in calls(suite(task, "base"))] == [((2,), "assert double(2) == 4")]


def test_inputs_of_evalplus_wait_for_the_reference() -> None:
    task = one("humaneval-plus", PLUS)
    assert [(found.name, len(found.cases), found.visibility) for found in task.suites] == [
        ("base", 2, Visibility.VISIBLE),
        ("plus", 3, Visibility.HIDDEN),
        ("plus-extra", 1, Visibility.HIDDEN),
    ]
    plus = suite(task, "plus")
    assert {case.expected for case in calls(plus)} == {Unknown.EXPECTED}
    assert (plus.float_atol, plus.float_rtol, plus.float_restart) == (1e-6, 1e-7, 2)
    assert task.contract == "assert isinstance(x, int)"


def test_a_task_without_extra_inputs_has_no_suite_for_them() -> None:
    task = one("mbpp-plus", PLUS | {"task_id": "Mbpp/793", "plus_input": {}})
    assert [(found.name, len(found.cases)) for found in task.suites] == [("base", 2), ("plus", 2)]


def test_a_tolerance_of_the_file_goes_to_each_case() -> None:
    (case,) = mbpp_plus(82, "f", [[1]], atol=1e-4)
    assert (case.atol, case.rtol) == (1e-4, 1e-7)


@pytest.mark.parametrize(
    ("local", "given", "args"),
    [
        (2, [[1], [2]], ((1,), (2,))),
        (63, [[[1, 2], [3]]], ([(1, 2), (3,)],)),
        (75, [[[1, 2]], 6], ([(1, 2)], 6)),
        (106, [[1], [2]], ([1], (2,))),
        (115, [[[1], [], {}]], ([{1}, {}, {}],)),
        (124, ["0", "1j"], (0.0, 1j)),
        (250, [[1], 2], ((1,), 2)),
        (252, ["(1-2j)"], (1 - 2j,)),
        (259, [[[1], [2]], [[3]]], (((1,), (2,)), ((3,),))),
        (278, [[1, [2, [3]]]], ((1, (2, [3])),)),
        (307, [[1], 2, 3], ((1,), 2, 3)),
        (580, [[1, [2, [3]]]], ((1, (2, (3,))),)),
        (722, [{"a": [1, 2]}, 3, 4], ({"a": (1, 2)}, 3, 4)),
        (11, [[1], "a"], ([1], "a")),
    ],
)
def test_types_that_the_file_cannot_say(local: int, given: list[Any], args: tuple[Any, ...]) -> None:
    (case,) = mbpp_plus(local, "f", [given])
    assert repr(case.args) == repr(args)


@pytest.mark.parametrize(
    ("entry_point", "comparison"),
    [
        ("similar_elements", Comparison.SET),
        ("Diff", Comparison.SET),
        ("check_str", Comparison.PRESENCE),
        ("are_equivalent", Comparison.ANY),
        ("anything", Comparison.EQUAL),
        ("find_zero", Comparison.EQUAL),
    ],
)
def test_tasks_that_are_judged_otherwise(entry_point: str, comparison: Comparison) -> None:
    (case,) = mbpp_plus(11, entry_point, [[1]])
    assert case.comparison is comparison


def test_special_judgement_belongs_to_its_benchmark() -> None:
    task = one("humaneval-plus", PLUS | {"entry_point": "find_zero", "atol": 1e-4})
    assert {(case.comparison, case.atol) for case in calls(suite(task, "plus"))} == {(Comparison.ROOT, 1e-4)}
    task = one("humaneval-plus", PLUS | {"entry_point": "Diff"})
    assert calls(suite(task, "base"))[0].comparison is Comparison.EQUAL


@pytest.mark.parametrize(
    ("entry_point", "args", "also"),
    [
        ("sum_div", [8], (0,)),
        ("surface_Area", [3, 4], (35,)),
        ("surface_Area", ["x", 4], ()),
        ("digit_distance_nums", [9, 123], (1 + 2 + 6,)),
        ("anything", [8], ()),
    ],
)
def test_second_right_answers(entry_point: str, args: list[Any], also: tuple[object, ...]) -> None:
    (case,) = mbpp_plus(11, entry_point, [args])
    assert case.also == also


@pytest.mark.parametrize(
    ("format_name", "row", "words"),
    [
        ("mbpp", {**MBPP, "test_list": []}, "no tests"),
        ("mbpp", {**MBPP, "test_list": ["assert other(2) == 4"]}, "no function of the reference"),
        ("mbpp", {**MBPP, "test_list": [3]}, "/test_list/0"),
        ("mbpp", {key: value for key, value in MBPP.items() if key != "code"}, '"code" is missing'),
        ("mbpp", {**MBPP, "code": None}, "expected text"),
        ("mbpp", {**MBPP, "code": "\ud800"}, "surrogate"),
        ("humaneval", {**HUMANEVAL, "test": 3}, "/test"),
        ("humaneval-plus", {**PLUS, "base_input": []}, "no inputs"),
        ("humaneval-plus", {**PLUS, "base_input": [3]}, "list of arguments"),
        ("humaneval-plus", {**PLUS, "atol": -1}, "/atol"),
        ("mbpp-plus", {**PLUS, "task_id": "Mbpp/124", "base_input": [["x", "y"]]}, "/base_input/0"),
        ("native", {"set": "mine", "local": "1", "suites": []}, "/suites"),
    ],
)
def test_rows_that_cannot_be_used_say_why(format_name: str, row: dict[str, Any], words: str) -> None:
    (error,) = read(format_name, row)
    assert isinstance(error, TaskFormatError)
    assert words in str(error)
    assert error.line == 1


def test_a_broken_row_does_not_stop_the_file() -> None:
    found = read("mbpp", MBPP, {"task_id": 8}, {**MBPP, "task_id": 9}, {**MBPP, "task_id": 7})
    assert [task.local if isinstance(task, Task) else task.line for task in found] == ["7", 2, "9", 4]
    assert "line 1 already" in str(found[-1])


def test_an_empty_file_is_an_error() -> None:
    (error,) = read_tasks(io.BytesIO(b""), "mbpp", "mbpp")
    assert "no tasks" in str(error)


def test_rows_with_a_script_of_inputs_and_results() -> None:
    script = (
        "def check(candidate):\n    inputs = [[1]]\n    results = [2]\n    for i, o in zip(inputs, results): pass\n"
    )
    task = one("humaneval-plus", HUMANEVAL | {"test": script})
    assert [(found.name, found.kind) for found in task.suites] == [("plus", SuiteKind.CHECK)]
    row = {key: value for key, value in MBPP.items() if key != "text"} | {
        "prompt": "Double it.",
        "test": "assert double(*[1]) == 2",
        "test_imports": [],
    }
    task = one("mbpp-plus", row)
    assert [(found.name, found.kind) for found in task.suites] == [
        ("base", SuiteKind.CASES),
        ("challenge", SuiteKind.CASES),
        ("plus", SuiteKind.ASSERTS),
    ]
