from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import TaskFormatError
from tasks.formats import native, read_tasks
from tasks.task import (
    AssertCase,
    CallCase,
    Comparison,
    ScriptCase,
    StdioCase,
    Suite,
    SuiteKind,
    Task,
    TestCase,
    Unknown,
    Visibility,
)
from tasks.versions import with_versions

from .test_literals import shape, values

text = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text("abcdef", min_size=1, max_size=6)
tolerance = st.floats(0, 1, exclude_min=False)

_CASES: dict[SuiteKind, st.SearchStrategy[TestCase]] = {
    SuiteKind.ASSERTS: st.builds(AssertCase, text),
    SuiteKind.CHECK: st.builds(ScriptCase, text),
    SuiteKind.PYTEST: st.builds(ScriptCase, text),
    SuiteKind.STDIO: st.builds(StdioCase, text, text),
    SuiteKind.CASES: st.builds(
        CallCase,
        args=st.lists(values, max_size=3).map(tuple),
        expected=values | st.just(Unknown.EXPECTED),
        also=st.lists(values, max_size=2).map(tuple),
        comparison=st.sampled_from(Comparison),
        atol=tolerance,
        rtol=tolerance,
        source=text,
    ),
}


@st.composite
def suites(draw: st.DrawFn, name: str) -> Suite:
    kind = draw(st.sampled_from(SuiteKind))
    most = 1 if kind in (SuiteKind.CHECK, SuiteKind.PYTEST) else 3
    return Suite(
        name=name,
        kind=kind,
        cases=tuple(draw(st.lists(_CASES[kind], min_size=1, max_size=most))),
        visibility=draw(st.sampled_from(Visibility)),
        setup=draw(text),
        setup_uses_candidate=draw(st.booleans()),
        float_atol=draw(tolerance),
        float_rtol=draw(tolerance),
        float_restart=draw(st.integers(0, 3)),
    )


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    return with_versions(
        Task(
            set_name=draw(names),
            local=draw(names),
            prompt=draw(text),
            entry_point=draw(st.none() | names),
            suites=tuple(draw(suites(name)) for name in draw(st.lists(names, min_size=1, max_size=3, unique=True))),
            reference=draw(st.none() | text.filter(bool)),
            prelude=draw(text),
            candidate_names=tuple(draw(st.lists(names, max_size=2))),
            candidate_decides=draw(st.booleans()),
            contract=draw(text),
            completion_prompt=draw(text),
            tags=tuple(draw(st.lists(text, max_size=2))),
        )
    )


def exact(task: Task) -> object:
    parts: list[object] = [task.id, task.prompt, task.entry_point, task.reference, task.prelude, task.candidate_names]
    parts += [task.candidate_decides, task.contract, task.completion_prompt, task.tags, task.version]
    for suite in task.suites:
        parts += [suite.name, suite.kind, suite.visibility, suite.setup, suite.setup_uses_candidate, suite.version]
        parts += [suite.float_atol, suite.float_rtol, suite.float_restart]
        parts += [exact_case(case) for case in suite.cases]
    return parts


def exact_case(case: TestCase) -> object:
    if not isinstance(case, CallCase):
        return case
    return [shape(part) for part in (case.args, case.expected, case.also, case.atol, case.rtol)], (
        case.comparison,
        case.source,
    )


@given(tasks())
def test_tasks_come_back_exactly(task: Task) -> None:
    line = json.dumps(native.encode(task), allow_nan=False)
    assert exact(native.decode(json.loads(line))) == exact(task)


@given(tasks())
def test_files_are_one_task_a_line(task: Task) -> None:
    file = io.StringIO()
    assert native.write([task], file) == 1
    assert file.getvalue().count("\n") == 1
    (read,) = read_tasks(io.BytesIO(file.getvalue().encode()), "native", "other")
    assert isinstance(read, Task)
    assert (read.set_name, read.local) == ("other", task.local)


def test_reading_lowers_asserts() -> None:
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f(1) == 2"),))
    document = native.encode(Task("mine", "1", "", "f", (suite,)))
    assert native.decode(document).suites[0].kind is SuiteKind.ASSERTS
    assert native.task_from_row(document, "mine").suites[0].kind is SuiteKind.CASES


SMALL: dict[str, Any] = {
    "set": "mine",
    "local": "1",
    "entry_point": "f",
    "suites": [{"name": "base", "kind": "cases", "cases": [{"args": [1], "expected": 2}]}],
}


def changed(**suite: Any) -> dict[str, Any]:
    return {**SMALL, "suites": [{**SMALL["suites"][0], **suite}]}


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({**SMALL, "colour": 1}, "/colour"),
        ({**SMALL, "entry_point": 1}, "/entry_point"),
        ({**SMALL, "suites": SMALL["suites"] * 2}, "/suites"),
        ({**SMALL, "suites": [3]}, "/suites/0"),
        (changed(kind="x"), "/suites/0/kind"),
        (changed(cases=[]), "/suites/0/cases"),
        (changed(kind="check", cases=["a", "b"]), "/suites/0/cases"),
        (changed(kind="asserts", cases=[3]), "/suites/0/cases/0"),
        (changed(cases=[{"args": 1}]), "/suites/0/cases/0/args"),
        (changed(cases=[{"args": [], "expected": {"$py": "x"}}]), "/suites/0/cases/0/expected/$py"),
        (changed(cases=[{"args": [], "atol": "x"}]), "/suites/0/cases/0/atol"),
        (changed(cases=[{"args": [], "wall": 1}]), "/suites/0/cases/0/wall"),
        (changed(visibility="secret"), "/suites/0/visibility"),
    ],
)
def test_errors_point_to_their_place(document: dict[str, Any], pointer: str) -> None:
    with pytest.raises(TaskFormatError) as caught:
        native.decode(document)
    assert caught.value.pointer == pointer


def test_a_value_that_cannot_be_written_is_refused() -> None:
    suite = Suite("base", SuiteKind.CASES, (CallCase((object(),), 1),))
    with pytest.raises(TaskFormatError, match="object"):
        native.encode(Task("mine", "1", "", "f", (suite,)))
