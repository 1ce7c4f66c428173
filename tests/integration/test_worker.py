from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from service.domain.requests import CachePolicy, LimitValues
from service.domain.verdict import Failure, State, Verdict
from service.domain.verification import Verification
from service.usecases.app import App
from service.usecases.notifier import LocalNotifier
from service.usecases.submission import Submission, submit_verification
from service.usecases.verifications import get_verification, wait_for_verification
from service.worker import Worker
from tests.fakes.verifiers import FakeVerifiers


@asynccontextmanager
async def working(app: App, cells: int = 2, lease_s: float = 60.0) -> AsyncIterator[Worker]:
    worker = Worker(app, cells=cells, lease_s=lease_s)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def submit(app: App, code: str, **changes: object) -> str:
    submission = replace(Submission(code, task_id="demo/1", verifiers=("base", "plus")), **changes)  # type: ignore[arg-type]
    return (await submit_verification(app, submission)).verification_id


async def finish(app: App, *ids: str) -> list[Verification]:
    return [await wait_for_verification(app, name, 20) for name in ids]


async def test_all_verifiers_of_a_candidate_are_one_job(app: App, verifiers: FakeVerifiers) -> None:
    async with working(app):
        await finish(app, await submit(app, "accepted"))
    assert [order.verifiers for order in verifiers.orders] == [("base", "plus")]


async def test_identical_work_is_done_once(app: App, verifiers: FakeVerifiers) -> None:
    verifiers.delay_s = 0.05
    async with working(app):
        ids = [await submit(app, "wrong_answer # same") for _ in range(12)]
        found = await finish(app, *ids)
        later = (await finish(app, await submit(app, "wrong_answer # same")))[0]
    assert verifiers.jobs["wrong_answer # same"] == 1
    assert {item.verdict for item in (*found, later)} == {Verdict.WRONG_ANSWER}
    assert sum(not check.cached for item in found for check in item.checks) == 2
    assert all(check.cached for check in later.checks)
    assert later.checks[0].usage == found[0].checks[0].usage
    assert later.checks[0].evidence == found[0].checks[0].evidence


async def test_what_differs_is_not_reused(app: App, verifiers: FakeVerifiers) -> None:
    async with working(app):
        await finish(app, await submit(app, "accepted"))
        for changes in ({"limits": LimitValues(cpu_s=3.0)}, {"task_id": "demo/2"}, {"cache": CachePolicy.BYPASS}):
            (found,) = await finish(app, await submit(app, "accepted", **changes))
            if "task_id" not in changes:  # tasks of equal content are equal work
                assert not any(check.cached for check in found.checks)


@pytest.mark.parametrize("verdict", ["time_limit_exceeded", "memory_limit_exceeded", "incomplete", "policy_violation"])
async def test_verdicts_of_chance_are_never_reused(app: App, verifiers: FakeVerifiers, verdict: str) -> None:
    verifiers.delay_s = 0.02
    async with working(app):
        found = await finish(app, *[await submit(app, verdict) for _ in range(3)])
    assert verifiers.jobs[verdict] >= 3
    assert not any(check.cached for item in found for check in item.checks)
    assert {item.verdict for item in found} == {Verdict(verdict)}


async def test_sandbox_trouble_is_tried_again_and_leaves_no_trace(app: App, verifiers: FakeVerifiers) -> None:
    async with working(app):
        (found,) = await finish(app, await submit(app, "once"))
    assert (found.state, found.verdict, found.checks[0].attempt) == (State.COMPLETED, Verdict.ACCEPTED, 2)


async def test_lasting_trouble_is_no_verdict(app: App, verifiers: FakeVerifiers) -> None:
    async with working(app):
        found = await finish(app, await submit(app, "trouble"), await submit(app, "bug"), await submit(app, "accepted"))
    assert [(item.state, item.verdict, item.failure) for item in found] == [
        (State.FAILED, None, Failure.INFRASTRUCTURE_ERROR),
        (State.FAILED, None, Failure.INFRASTRUCTURE_ERROR),
        (State.COMPLETED, Verdict.ACCEPTED, None),
    ]
    assert verifiers.jobs["trouble"] == 3


async def test_followers_of_a_lost_leader_run_for_themselves(app: App, verifiers: FakeVerifiers) -> None:
    verifiers.delay_s = 0.05
    async with working(app):
        found = await finish(app, *[await submit(app, "once") for _ in range(4)])
    assert {item.verdict for item in found} == {Verdict.ACCEPTED}


async def test_draining_lets_running_work_end_and_gives_the_rest_back(app: App, verifiers: FakeVerifiers) -> None:
    ids = [await submit(app, f"slow {number}") for number in range(30)]
    worker = Worker(app, cells=2)
    await worker.start()
    await verifiers.until_running(2)
    await worker.stop(drain=True)
    states = [(await get_verification(app, name)).state for name in ids]
    assert verifiers.running == 0
    assert states.count(State.COMPLETED) >= 2
    assert set(states) == {State.COMPLETED, State.QUEUED}
    async with working(app, cells=20):
        found = await finish(app, *ids)
    assert {item.verdict for item in found} == {Verdict.ACCEPTED}
    assert sum(verifiers.jobs.values()) == 30


async def test_stopping_at_once_loses_nothing(app: App, verifiers: FakeVerifiers) -> None:
    ids = [await submit(app, f"slow {number}") for number in range(6)]
    worker = Worker(app, cells=2)
    await worker.start()
    await verifiers.until_running(2)
    await worker.stop(drain=False)
    assert {(await get_verification(app, name)).state for name in ids} == {State.QUEUED}
    async with working(app, cells=6):
        found = await finish(app, *ids)
    assert {item.verdict for item in found} == {Verdict.ACCEPTED}


async def test_a_worker_that_vanished_is_survived(app: App, verifiers: FakeVerifiers) -> None:
    """Its tasks end without any farewell, as under SIGKILL; its lease runs out."""
    ids = [await submit(app, f"slow {number}") for number in range(6)]
    worker = Worker(app, cells=2, lease_s=0.4)
    await worker.start()
    await verifiers.until_running(2)
    for task in (*worker._runners, *worker._tasks):
        task.cancel()
    await asyncio.gather(*worker._runners, *worker._tasks, return_exceptions=True)
    async with working(app, cells=6):
        found = await finish(app, *ids)
    assert {item.verdict for item in found} == {Verdict.ACCEPTED}
    assert all(check.attempt <= 2 for item in found for check in item.checks)


async def test_a_lease_is_renewed_while_work_goes_on(app: App, verifiers: FakeVerifiers) -> None:
    verifiers.delay_s = 2.0
    name = await submit(app, "accepted")
    async with working(app, cells=1, lease_s=0.9), working(app, cells=1, lease_s=0.9):
        (found,) = await finish(app, name)
    assert verifiers.jobs["accepted"] == 1
    assert found.checks[0].attempt == 1


async def test_another_process_result_is_seen_by_polling(app: App, verifiers: FakeVerifiers) -> None:
    elsewhere = replace(app, notifier=LocalNotifier())
    async with working(elsewhere):
        (found,) = await finish(app, await submit(app, "accepted"))
    assert found.verdict is Verdict.ACCEPTED


async def test_no_more_candidates_run_at_once_than_twice_the_cells(app: App, verifiers: FakeVerifiers) -> None:
    verifiers.delay_s = 0.01
    ids = [await submit(app, f"accepted {number}") for number in range(40)]
    async with working(app, cells=3):
        await finish(app, *ids)
    assert verifiers.most_running <= 6
