from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from service.domain.check import Evidence, Finding, Judgement
from service.domain.ports import Order, Selection
from service.storage import migrate
from service.storage.unit_of_work import SqlStorage
from service.usecases.app import App
from service.usecases.runs import cancel_run
from tests.fakes.verifiers import FakeVerifiers
from tests.integration.test_runs import CANDIDATES, sample, started, work


async def finished(app: App, *documents: object) -> str:
    run_id, _ = await started(app, *documents)
    await work(app, run_id)
    return run_id


async def profiles(app: App, run_id: str, rule: str | None = None) -> dict[tuple[tuple[str, str], ...], int]:
    async with app.storage.reading() as unit:
        found = await unit.matrix.profiles(Selection((run_id,), rule=rule))
    counts: dict[tuple[tuple[str, str], ...], int] = {}
    for item in found:
        key = tuple(sorted((item.profile or {}).items()))
        counts[key] = counts.get(key, 0) + item.count
    return counts


async def test_a_profile_is_what_all_verifiers_said(app: App) -> None:
    run_id = await finished(app, *CANDIDATES)
    assert await profiles(app, run_id) == {
        (("base", "pass"), ("plus", "pass")): 2,
        (("base", "pass"), ("plus", "wrong_answer")): 2,
        (("base", "wrong_answer"), ("plus", "wrong_answer")): 1,
        (("base", "wrong_answer"), ("plus", "pass")): 1,
        (("base", "pass"), ("plus", "!invalid_task")): 1,
        (("base", "!infrastructure_error"), ("plus", "!infrastructure_error")): 1,
    }


async def test_what_is_not_final_is_open_and_what_was_cancelled_says_so(app: App) -> None:
    run_id, _ = await started(app, *CANDIDATES)
    assert await profiles(app, run_id) == {(): 8}
    async with app.storage.reading() as unit:
        assert {(item.verifier, item.open) for item in await unit.runs.tallies(run_id)} == {("base", 2), ("plus", 2)}
    await cancel_run(app, run_id)
    assert await profiles(app, run_id) == {(("base", "!cancelled"), ("plus", "!cancelled")): 8}


async def test_names_that_a_candidate_made_up_stay_out_of_profiles(app: App) -> None:
    run_id = await finished(app, sample(0, "runtime_error"))
    assert await profiles(app, run_id) == {
        (("base", "runtime_error:CandidateError"), ("plus", "runtime_error:CandidateError")): 1
    }


async def test_profiles_of_stored_candidates_are_made_by_the_migration(
    app: App, storage: SqlStorage, database: str
) -> None:
    run_id = await finished(app, *CANDIDATES, sample(4, "runtime_error"))
    before = await profiles(app, run_id)
    async with storage.reading() as unit:
        tallies = await unit.runs.tallies(run_id)
    await storage.close()
    await asyncio.to_thread(migrate.downgrade, database, "0001")
    await asyncio.to_thread(migrate.upgrade, database)
    assert await profiles(app, run_id) == before
    async with storage.reading() as unit:
        assert await unit.runs.tallies(run_id) == tallies


class WithFindings(FakeVerifiers):
    """Every word of a source after the first is a rule that was broken."""

    async def _judge(self, order: Order) -> dict[str, Judgement]:
        rules = order.source.decode().split()[1:]
        findings = tuple(Finding("ruff", rule, "error", "told") for rule in rules)
        judged = await super()._judge(order)
        return {name: replace(found, evidence=Evidence(findings=findings)) for name, found in judged.items()}


@pytest.fixture
def verifiers() -> FakeVerifiers:
    return WithFindings()


async def test_candidates_are_selected_by_what_analysers_found(app: App) -> None:
    documents = [
        sample(0, "accepted F821 F821 B006"),
        sample(0, "accepted F821 F821 B006"),
        sample(1, "wrong_answer F821"),
        sample(2, "accepted"),
    ]
    run_id = await finished(app, *documents)
    good, bad = (("base", "pass"), ("plus", "pass")), (("base", "wrong_answer"), ("plus", "wrong_answer"))
    assert await profiles(app, run_id) == {good: 3, bad: 1}
    assert await profiles(app, run_id, "F821") == {good: 2, bad: 1}
    assert await profiles(app, run_id, "ruff:B006") == {good: 2}
    assert await profiles(app, run_id, "bandit:B006") == {}
    async with app.storage.reading() as unit:
        found = await unit.matrix.rules(Selection((run_id,)))
    assert sorted((item.rule, item.count) for item in found) == [
        ("ruff:B006", 2), ("ruff:F821", 1), ("ruff:F821", 2)
    ]  # fmt: skip
