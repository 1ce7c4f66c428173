"""The public files as they are: every task is read, and what is lowered means what it said."""

from __future__ import annotations

import contextlib
import copy
import gzip
import io
import json
import warnings
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tasks.formats import native, read_tasks
from tasks.names import free_names
from tasks.sources import SOURCES
from tasks.task import AssertCase, CallCase, Comparison, ScriptCase, Suite, SuiteKind, Task

from .conftest import DATA, PUBLIC, PublicTasks

SCRIPTS_LEFT = {
    "mbpp": {"367", "533", "596", "601", "912", "927"},
    "mbpp-sanitized": set(
        "2 7 82 85 98 111 124 137 139 140 163 232 233 246 248 276 300 312 596".split()  # noqa: SIM905  # reads better
    ),
    "humaneval": {"2", "4", "32", "33", "37", "38", "44", "50", "53", "151"},
}
"""Tasks whose base suite is real test code."""


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_task_is_read(name: str, public_tasks: PublicTasks) -> None:
    tasks = public_tasks(name)
    assert len(tasks) == SOURCES[name].tasks
    for task in tasks.values():
        assert task.set_name == name
        assert task.entry_point
        assert task.reference
        assert task.suites[0].name == "base"
        assert all(len(suite.version) == 64 and suite.cases for suite in task.suites)
        assert len(task.version) == 64


@pytest.mark.parametrize("name", sorted(SCRIPTS_LEFT))
def test_most_suites_are_lowered(name: str, public_tasks: PublicTasks) -> None:
    left = {task.local for task in public_tasks(name).values() if task.suites[0].kind is not SuiteKind.CASES}
    assert left == SCRIPTS_LEFT[name]


def test_suites_of_evalplus(public_tasks: PublicTasks) -> None:
    counts: Counter[str] = Counter()
    judged: Counter[Comparison] = Counter()
    for name in ("humaneval-plus", "mbpp-plus"):
        for task in public_tasks(name).values():
            counts.update(suite.name for suite in task.suites)
            case = task.suites[0].cases[0]
            assert isinstance(case, CallCase)
            judged[case.comparison] += 1
    assert counts == {"base": 542, "plus": 542, "plus-extra": 541}
    assert judged == {Comparison.EQUAL: 531, Comparison.SET: 7, Comparison.PRESENCE: 3, Comparison.ROOT: 1}


def test_names_that_tests_take_from_a_candidate(public_tasks: PublicTasks) -> None:
    wanted = {task.local: task.candidate_names for task in public_tasks("mbpp").values() if task.candidate_names}
    assert wanted == {"367": ("Node",), "601": ("Pair",), "927": ("Node",)}
    late = [task.local for task in public_tasks("mbpp").values() if task.suites[0].setup_uses_candidate]
    assert late == ["367", "927"]
    assert public_tasks("mbpp")["596"].suites[0].setup == "import sys"


def test_helpers_of_prompts_belong_to_the_examiner(public_tasks: PublicTasks) -> None:
    tasks = public_tasks("humaneval")
    helpers = {local: task.prelude for local, task in tasks.items() if "def " in task.prelude}
    assert set(helpers) == {"10", "32", "38", "50"}
    assert "def poly" in helpers["32"]
    assert "def encode_cyclic" in helpers["38"]
    assert "def encode_shift" in helpers["50"]
    assert all(task.entry_point not in free_names([task.prelude]) for task in tasks.values())
    assert all(f"def {task.entry_point}(" not in task.prelude for task in tasks.values())
    assert not any(task.candidate_names for task in tasks.values())


@pytest.mark.parametrize("name", ["mbpp", "mbpp-sanitized", "humaneval", "mbpp-plus"])
def test_public_tasks_survive_the_native_format(name: str, public_tasks: PublicTasks) -> None:
    file = io.StringIO()
    tasks = public_tasks(name)
    assert native.write(tasks.values(), file) == len(tasks)
    for task, line in zip(tasks.values(), file.getvalue().splitlines(), strict=True):
        read = native.decode(json.loads(line))
        assert read == task


def test_smaller_editions_are_read_too(data: Path) -> None:
    for task in read_tasks(data / "HumanEvalPlus-Mini.jsonl.gz", "evalplus", "mini"):
        assert isinstance(task, Task)
        assert len(task.suites) == 3


def test_editions_with_scripts_are_read_too(data: Path, tmp_path: Path) -> None:
    for name, suites in (
        ("HumanEvalPlus", ["plus"]),
        ("MbppPlus", ["base", "plus"]),
    ):
        with gzip.open(data / f"{name}-OriginFmt.jsonl.gz", "rt", encoding="utf-8") as file:
            head = list(islice(file, 3, 7))
        (path := tmp_path / name).write_text("".join(head), encoding="utf-8")
        for task in read_tasks(path, "evalplus", "mine"):
            assert isinstance(task, Task)
            assert [suite.name for suite in task.suites] == suites


def loaded(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "reference"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "reference", "exec"), space)
    return space


def passes(case: CallCase, function: Any) -> bool:
    answer = function(*copy.deepcopy(case.args))
    match case.comparison:
        case Comparison.TRUTHY:
            return bool(answer) is case.expected
        case Comparison.IDENTICAL:
            return answer is case.expected
        case _:
            return bool(answer == case.expected)


def raw_tests(name: str) -> dict[str, list[str]]:
    """The tests of each task as the file has them: asserts, or the text of a check."""
    path = DATA / PUBLIC[name]
    if name == "humaneval":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return {row["task_id"].partition("/")[2]: [f"{row['test']}\ncheck({row['entry_point']})"] for row in rows}
    text = path.read_text(encoding="utf-8")
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    return {str(row["task_id"]): row["test_list"] for row in rows}


def wrong(function: Any) -> list[Any]:
    """Changed versions of a function, right in part."""
    return [
        lambda *args: None,
        lambda *args: args[0],
        lambda *args: True,
        lambda *args: str(function(*args)),
        lambda *args: [function(*args)],
        lambda *args: function(*args) or 0,
    ]


def accepted_by_script(sources: list[str], space: dict[str, Any]) -> bool:
    try:
        for source in sources:
            exec(source, dict(space))
    except Exception:
        return False
    return True


def accepted_by_cases(suite: Suite, function: Any) -> bool:
    try:
        return all(passes(case, function) for case in suite.cases if isinstance(case, CallCase))
    except Exception:
        return False


HEAVY = {"mbpp/123", "mbpp-sanitized/123"}
"""Takes seconds a call: tried with the reference alone."""


@pytest.mark.parametrize("name", sorted(SCRIPTS_LEFT))
def test_lowered_suites_accept_what_the_scripts_accept(name: str, public_tasks: PublicTasks) -> None:
    scripts = raw_tests(name)
    verdicts: Counter[bool] = Counter()
    for local, task in public_tasks(name).items():
        suite, entry_point = task.suites[0], task.entry_point or ""
        if suite.kind is not SuiteKind.CASES:
            continue
        space = loaded(task.reference or "")
        function = space[entry_point]
        with contextlib.redirect_stdout(io.StringIO()):
            assert accepted_by_cases(suite, function), task.id
            for candidate in [] if task.id in HEAVY else [function, *wrong(function)]:
                verdict = accepted_by_script(scripts[local], space | {entry_point: candidate})
                assert accepted_by_cases(suite, candidate) is verdict, task.id
                verdicts[verdict] += 1
    assert verdicts[True] > 150
    assert verdicts[False] > 500


def test_scripts_that_are_left_hold_with_their_surroundings(public_tasks: PublicTasks) -> None:
    for name in SCRIPTS_LEFT:
        for task in public_tasks(name).values():
            if task.suites[0].kind is not SuiteKind.CASES:
                run_script(task, task.suites[0])


def run_script(task: Task, suite: Suite) -> None:
    """Run tests as an examiner does: the prelude's names and the declared names of the candidate, nothing else."""
    solution = loaded(task.reference or "")
    wanted = (task.entry_point or "", *task.candidate_names)
    space = loaded(task.prelude) | {name: solution[name] for name in wanted}
    exec(suite.setup, space)
    for case in suite.cases:
        assert isinstance(case, AssertCase | ScriptCase)
        exec(case.source, space)
        if suite.kind is SuiteKind.CHECK:
            space["check"](space[task.entry_point or ""])
