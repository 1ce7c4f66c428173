from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.task import CallCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import suite_version, with_versions

SUITE = Suite("base", SuiteKind.CASES, (CallCase((1,), 2), CallCase(({1, 2},), [3])))
TASK = Task("mine", "1", "Prompt.", "f", (SUITE,), reference="def f(x): pass")


def test_versions_are_digests() -> None:
    task = with_versions(TASK)
    assert len(task.version) == 64
    assert task.suites[0].version == suite_version(SUITE)
    assert with_versions(task) == task


@pytest.mark.parametrize(
    "suite",
    [
        replace(SUITE, name="plus"),
        replace(SUITE, visibility=Visibility.HIDDEN),
        replace(SUITE, cases=(CallCase((1,), 2, source="f(1)"), CallCase(({2, 1},), [3]))),
    ],
)
def test_what_cannot_change_a_verdict_does_not_count(suite: Suite) -> None:
    assert suite_version(suite) == suite_version(SUITE)


@pytest.mark.parametrize(
    "suite",
    [
        replace(SUITE, cases=SUITE.cases[::-1]),
        replace(SUITE, cases=SUITE.cases[:1]),
        replace(SUITE, cases=(CallCase((1.0,), 2), SUITE.cases[1])),
        replace(SUITE, cases=(CallCase((1,), True), SUITE.cases[1])),
        replace(SUITE, cases=(CallCase((1,)), SUITE.cases[1])),
        replace(SUITE, cases=(CallCase((1,), 2, also=(0,)), SUITE.cases[1])),
        replace(SUITE, cases=(CallCase((1,), 2, atol=1e-6), SUITE.cases[1])),
        replace(SUITE, setup="import math"),
        replace(SUITE, float_atol=1e-6),
        replace(SUITE, float_restart=1),
    ],
)
def test_what_can_change_a_verdict_counts(suite: Suite) -> None:
    assert suite_version(suite) != suite_version(SUITE)
    assert with_versions(replace(TASK, suites=(suite,))).version != with_versions(TASK).version


@pytest.mark.parametrize(
    "task",
    [
        replace(TASK, reference="def f(x): return 1"),
        replace(TASK, entry_point="g"),
        replace(TASK, prelude="import math"),
        replace(TASK, candidate_names=("Node",)),
        replace(TASK, candidate_decides=True),
        replace(TASK, completion_prompt="def f(x):\n"),
    ],
)
def test_a_tasks_own_version_counts_everything_around_its_suites(task: Task) -> None:
    assert with_versions(task).version != with_versions(TASK).version


def test_prompt_and_tags_do_not_count() -> None:
    assert with_versions(replace(TASK, prompt="Other.", tags=("x",))).version == with_versions(TASK).version
