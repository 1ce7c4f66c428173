from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sandbox import pool as pool_module
from sandbox.pool import CellPool
from sandbox.port import CellLost, SandboxClosed, SandboxUnavailable
from sandbox.spec import EncodedExam, Ending, Job
from tests.fakes.cells import FakeBackend

EXAM = EncodedExam("base", 3, b"payload", "f")


def job(word: str) -> Job:
    return Job(source=word.encode(), exams=(EXAM,))


@asynccontextmanager
async def opened(backend: FakeBackend, **options: Any) -> AsyncIterator[CellPool]:
    pool = CellPool(backend, **options)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()
        assert not backend.alive
        assert backend.closed


async def test_jobs_share_the_cells() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=3) as pool:
        results = await asyncio.gather(*(pool.run(job("slow")) for _ in range(12)))

        assert all(result.exams[0].ending is Ending.COMPLETED for result in results)
        assert len({result.cell_id for result in results}) == 3
        assert backend.launched == 3


async def test_fresh_cells_are_used_once() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=2, isolation="fresh") as pool:
        results = await asyncio.gather(*(pool.run(job("honest")) for _ in range(9)))

        assert len({result.cell_id for result in results}) == 9


async def test_one_job_may_ask_for_a_fresh_cell() -> None:
    async with opened(FakeBackend(), cells=1) as pool:
        first = await pool.run(job("honest"))
        alone = await pool.run(job("honest"), isolation="fresh")
        after = await pool.run(job("honest"))

        assert len({result.cell_id for result in (first, alone, after)}) == 3


async def test_fresh_and_ordinary_jobs_do_not_starve_each_other() -> None:
    async with opened(FakeBackend(), cells=2) as pool:
        kinds = ["fresh" if number % 3 == 0 else "process" for number in range(30)]
        async with asyncio.timeout(10):
            results = await asyncio.gather(*(pool.run(job("honest"), isolation=kind) for kind in kinds))

        alone = [result.cell_id for result, kind in zip(results, kinds, strict=True) if kind == "fresh"]
        assert len(set(alone)) == len(alone)


async def test_an_unclean_cell_is_replaced() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        first = await pool.run(job("unclean"))
        second = await pool.run(job("honest"))

        assert first.cell_id != second.cell_id
        assert len(backend.alive) == 1


async def test_a_cell_that_died_while_idle_is_replaced() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        backend.alive[0].task.cancel()
        await asyncio.sleep(0.02)

        assert (await pool.run(job("honest"))).exams[0].ending is Ending.COMPLETED


@pytest.mark.parametrize("word", ["die", "lost", "foreign_nonce"])
async def test_nobody_buys_himself_out_by_losing_the_examiner(word: str) -> None:
    backend = FakeBackend()
    async with opened(backend, cells=2) as pool:
        exam = (await pool.run(job(word))).exams[0]

        assert (exam.ending, exam.rule, exam.exam) == (Ending.POLICY, "examiner_lost", "base")
        assert backend.seen == [word, "def", word, "def", word]


async def test_a_loss_on_a_used_cell_does_not_count() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        await pool.run(job("honest"))
        await pool.run(job("die"))

        assert backend.seen == ["honest", "die", *["def", "die"] * 3]


async def test_a_sick_machine_gives_no_verdict() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        backend.sick = True
        with pytest.raises(CellLost):
            await pool.run(job("honest"))

        backend.sick = False
        assert (await pool.run(job("honest"))).exams[0].ending is Ending.COMPLETED


async def test_cells_that_cannot_be_started_are_told_and_tried_again() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        backend.refuse = True
        with pytest.raises(CellLost, match="cannot be started"):
            await pool.run(job("die"))

        backend.refuse = False
        async with asyncio.timeout(10):
            assert (await pool.run(job("honest"))).exams[0].ending is Ending.COMPLETED


async def test_a_pool_that_cannot_start_leaves_nothing() -> None:
    backend = FakeBackend(problems=["may mount"])
    pool = CellPool(backend, cells=2)

    with pytest.raises(SandboxUnavailable, match="may mount"):
        await pool.start()
    assert not backend.alive
    assert backend.closed
    with pytest.raises(SandboxClosed):
        await pool.run(job("honest"))


async def test_cells_of_another_environment_are_not_mixed_in() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        before = await pool.info()
        backend.hello = backend.hello | {"python": "3.12.0"}
        await pool.run(job("unclean"))

        with pytest.raises(CellLost, match="differs"):
            await pool.run(job("honest"))
        assert await pool.info() == before


async def test_cancelling_a_job_discards_its_cell() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=1) as pool:
        task = asyncio.create_task(pool.run(job("silent")))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert (await pool.run(job("honest"))).cell_id == "fake-2"


async def test_cancelling_those_who_wait_loses_no_cell() -> None:
    async with opened(FakeBackend(), cells=1) as pool:
        tasks = [asyncio.create_task(pool.run(job("slow"))) for _ in range(6)]
        await asyncio.sleep(0.01)
        for task in tasks[1::2]:
            task.cancel()
        await asyncio.wait(tasks)

        async with asyncio.timeout(5):
            assert (await pool.run(job("honest"))).exams[0].ending is Ending.COMPLETED


async def test_closing_lets_running_jobs_finish_and_refuses_new_ones() -> None:
    backend = FakeBackend()
    pool = CellPool(backend, cells=1)
    await pool.start()
    running = asyncio.create_task(pool.run(job("slow")))
    await asyncio.sleep(0.01)
    await pool.close()

    assert (await running).exams[0].ending is Ending.COMPLETED
    with pytest.raises(SandboxClosed):
        await pool.run(job("honest"))
    await pool.close()
    assert not backend.alive


async def test_closing_does_not_wait_for_ever() -> None:
    backend = FakeBackend()
    pool = CellPool(backend, cells=1, grace_s=0.05)
    await pool.start()
    running = asyncio.create_task(pool.run(job("silent")))
    await asyncio.sleep(0.01)
    await pool.close()

    with pytest.raises(SandboxClosed):
        await running
    assert not backend.alive


def test_a_pool_needs_a_cell_and_a_known_isolation() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CellPool(FakeBackend(), cells=0)
    with pytest.raises(ValueError, match="isolation"):
        CellPool(FakeBackend(), isolation="none")


def test_the_control_is_the_same_job_each_time() -> None:
    assert pool_module.control_job() is pool_module.control_job()


async def test_a_wall_limit_among_others_is_confirmed_alone() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=2) as pool:
        results = await asyncio.gather(pool.run(job("starved")), *(pool.run(job("slow")) for _ in range(3)))

    assert backend.seen.count("starved") == 2
    assert results[0].exams[0].ending is Ending.COMPLETED
    assert backend.at_once["starved"] == [2, 1]


async def test_a_wall_limit_is_the_candidates_own_where_it_had_the_machine_or_the_processor() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=2) as pool:
        alone = await pool.run(job("starved"))
        busy, _ = await asyncio.gather(pool.run(job("busy")), pool.run(job("slow")))

    assert [alone.exams[0].ending, busy.exams[0].ending] == [Ending.CASE_TIME, Ending.WALL_TIME]
    assert backend.seen.count("starved") == backend.seen.count("busy") == 1


async def test_a_sleeper_has_the_machine_to_itself_only_once() -> None:
    backend = FakeBackend()
    async with opened(backend, cells=2) as pool:
        results = await asyncio.gather(*(pool.run(job("sleeper")) for _ in range(4)))

    assert {result.exams[0].ending for result in results} == {Ending.CASE_TIME}
    assert 4 < backend.seen.count("sleeper") <= 8
