"""Planted label errors are found, and honest tasks are left alone: the real audit on real cells."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.audit_quality import audited, record, samples, shipped
from scripts.planting import count_found, plant
from service import bootstrap
from service.domain.audit import FlagKind, Review
from service.errors import NotFound
from service.settings import Settings
from service.usecases.app import App
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audits import get_audit, list_audits, review_flag, start_audit
from service.usecases.strengthening import SUITE, StrengthenOptions
from service.usecases.task_sets import show_task
from service.verify.execution import CellExecutor
from tasks.task import CallCase, Task
from tasks.versions import with_versions

TASKS = shipped()[:10]
QUICK = AuditOptions(mutants=1, examples=40, repeats=20, candidates=8)


@pytest.fixture
async def app(site: None, tmp_path: Path) -> AsyncIterator[App]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/assay.db", sandbox_backend="bubblewrap", cells=2)
    bootstrap.upgrade_database(settings)
    async with bootstrap.open_service(settings, sandbox=True) as service:
        yield service.app


@pytest.mark.timeout(240)
async def test_planted_label_errors_are_found(app: App) -> None:
    candidates, wrong = samples()
    await record(app, candidates, TASKS)
    found = 0
    missed: list[tuple[str, str, str]] = []
    invented: list[tuple[str, str, str]] = []
    for seed in range(3):
        planting = plant(TASKS, wrong, share=0.05, rng=random.Random(seed))
        counted = count_found(planting, await audited(app, planting.tasks, QUICK))
        found += counted.found
        missed += counted.missed
        invented += counted.wrong
    assert found + len(missed) == 12
    assert found >= 0.9 * 12, missed
    assert found >= 0.8 * (found + len(invented)), invented


async def test_a_wrong_reference_that_all_suites_follow_is_outvoted(app: App) -> None:
    candidates, wrong = samples()
    task = next(task for task in TASKS if wrong.get(task.id))
    await record(app, candidates, [task])
    plus = task.suites[1]
    cases = [CallCase(case.args) for case in plus.cases if isinstance(case, CallCase)]
    misled = replace(
        task, reference=wrong[task.id][0], suites=(task.suites[0], replace(plus, cases=tuple(cases))), version=""
    )
    flags = await audited(app, [with_versions(misled)], replace(QUICK, candidates=16))
    (flag,) = [flag for flag in flags if flag.kind is FlagKind.WRONG_GOLD]
    assert flag.evidence["inputs"][0]["answers"]


async def test_a_review_outlives_its_audit_and_nothing_is_looked_at_twice(app: App) -> None:
    short = replace(TASKS[0], suites=tuple(replace(suite, cases=suite.cases[:1]) for suite in TASKS[0].suites))
    await record(app, [], [with_versions(replace(short, version=""))])
    first = (await audited(app, [with_versions(replace(short, version=""))], QUICK))[0]
    audit = (await list_audits(app)).items[0]
    reviewed = await review_flag(app, audit.id, first.id, Review.CONFIRMED, "one case only")
    again = (await audited(app, [with_versions(replace(short, version=""))], QUICK))[0]
    assert (again.kind, again.review, again.note) == (first.kind, reviewed.review, "one case only")
    assert again.id != first.id
    results = [(await get_audit(app, item.id)).results for item in (await list_audits(app)).items]
    assert results[0] == results[1]
    with pytest.raises(NotFound):
        await review_flag(app, audit.id, again.id, Review.OPEN)


async def strengthened(app: App, options: StrengthenOptions) -> Task:
    begun = await start_audit(app, "library", options)
    await app.background.idle()
    view = await get_audit(app, begun.id)
    assert view.audit.state == "completed", view.audit.message
    return (await show_task(app, TASKS[0].id)).task


async def test_a_strengthened_suite_is_seeded_hidden_and_beside_the_others(app: App) -> None:
    await record(app, [], TASKS[:1])
    options = StrengthenOptions(seed=3, examples=80, cases=10, mutants=1)
    task = await strengthened(app, options)
    suite = task.suite(SUITE)
    assert suite is not None
    assert suite.visibility == "hidden"
    assert suite.provenance["seed"] == 3
    assert [each.version for each in task.suites[:2]] == [each.version for each in TASKS[0].suites]
    assert 3 < len(suite.cases) <= 13
    assert (await strengthened(app, options)).suite(SUITE) == suite
    assert (await strengthened(app, replace(options, seed=4))).suite(SUITE) != suite


async def test_outcomes_go_on_behind_ten_failures_and_stop_at_the_clock(app: App) -> None:
    executor = app.executor
    assert isinstance(executor, CellExecutor)
    reference = "def f(x):\n    if x == 3:\n        raise ValueError\n    return x * 2\n"
    task = with_versions(replace(TASKS[0], entry_point="f", reference=reference, contract="assert x != 5", prelude=""))
    trials = await executor.trials(task, [(number,) for number in range(20)])
    assert [trial.args for trial in trials] == [(number,) for number in range(20) if number not in (3, 5)]
    programs = [
        b"def f(x):\n    return 2 * x\n",
        b"def f(x):\n    return -1 if x < 15 else 2 * x\n",
        b"def f(x):\n    if x == 2:\n        while True:\n            pass\n    return 2 * x\n",
        b"def f(x):\n    return 1 / 0\n",
        b"def f(:\n",
    ]
    words = await executor.outcomes(task, programs, trials, case_wall_s=0.3)
    assert list(words) == ["p" * 18, "w" * 13 + "p" * 5, "pptssssssssssssssss"[:18], "r" * 18, "r" * 18]
    (answers,) = await executor.answers(task, programs[3:4], [(1,)])
    assert (answers[0].text, answers[0].error) == (None, "ZeroDivisionError")
