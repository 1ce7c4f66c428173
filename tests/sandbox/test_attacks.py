"""The attack corpus against real cells: no cheat is accepted, nothing hostile lasts, every honest program passes."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.backend import Backend
from sandbox.pool import CellPool
from sandbox.spec import Ending, JobResult
from tests.sandbox.attacks.corpus import CHEATS, HONEST, HOSTILE, KINDS, PASSED, Program, found, programs
from tests.sandbox.conftest import make_backend
from tests.sandbox.machine import Footprint

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACKENDS = ["bubblewrap", pytest.param("docker", marks=pytest.mark.docker)]
GRACE_S = 6.0
"""What a verdict may take beyond the wall limit: the last grace for an examiner, and a busy machine."""


class Pools:
    """One pool for each backend, started when it is first needed."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._started: dict[str, tuple[CellPool, Backend, Footprint]] = {}

    async def get(self, name: str) -> CellPool:
        if name not in self._started:
            self._request.getfixturevalue("engine" if name == "docker" else "site")
            backend = await make_backend(name)
            before = Footprint.take(backend)
            pool = CellPool(backend, cells=1)
            await pool.start()
            self._started[name] = pool, backend, before
        return self._started[name][0]

    async def close(self) -> list[str]:
        """End every cell; what is left of them, and of what they did, on this machine."""
        left = []
        for pool, backend, before in self._started.values():
            await pool.close()
            left += before.differences(Footprint.take(backend))
        return left


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pools(request: pytest.FixtureRequest) -> AsyncIterator[Pools]:
    made = Pools(request)
    yield made
    assert await made.close() == []


async def run(pool: CellPool, program: Program) -> JobResult:
    if program.after is not None:
        first = await pool.run(programs(program.kind)[program.after].job)
        second = await pool.run(program.job)
        assert first.cell_id == second.cell_id or not first.cell_clean
        return second
    return await pool.run(program.job)


async def check_next(pool: CellPool) -> None:
    """The next candidates are judged as if nothing had been: one right, one wrong."""
    assert found((await pool.run(programs(HONEST)["plain"].job)).exams[0]) == PASSED
    assert found((await pool.run(programs(CHEATS)["stub"].job)).exams[0]) == "wrong"


def named(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", programs(kind))


async def test_the_corpus_is_as_large_as_it_must_be() -> None:
    assert [len(programs(kind)) >= least for kind, least in zip(KINDS, (80, 50, 60), strict=True)] == [True] * 3
    for kind in (CHEATS, HOSTILE):
        for program in programs(kind).values():
            words = {ending.value for ending in Ending} | {"wrong", "raised", PASSED}
            assert program.expect <= words, program.name
            assert kind == HOSTILE or PASSED not in program.expect


async def test_no_tool_runs_the_corpus_by_itself(pytestconfig: pytest.Config) -> None:
    loaded = re.compile(r"conftest|sitecustomize|usercustomize|test_.*|.*_test|__init__")
    assert [name for kind in KINDS for name in programs(kind) if loaded.fullmatch(name)] == []
    assert "attacks" in pytestconfig.getini("norecursedirs")


@pytest.mark.parametrize("backend", BACKENDS)
@named(CHEATS)
async def test_a_cheat_is_not_accepted(pools: Pools, backend: str, name: str) -> None:
    program, pool = programs(CHEATS)[name], await pools.get(backend)

    exam = (await run(pool, program)).exams[0]

    assert found(exam) in program.expect, exam
    assert exam.ending is not Ending.BROKEN_EXAM  # it would leave the count
    assert not exam.candidate_equality


@pytest.mark.parametrize("backend", BACKENDS)
@named(HONEST)
async def test_an_honest_program_is_accepted(pools: Pools, backend: str, name: str) -> None:
    exam = (await run(await pools.get(backend), programs(HONEST)[name])).exams[0]

    assert found(exam) == PASSED, exam


@pytest.mark.parametrize("backend", BACKENDS)
@named(HOSTILE)
async def test_a_hostile_program_ends_as_expected_and_leaves_nothing(pools: Pools, backend: str, name: str) -> None:
    program, pool = programs(HOSTILE)[name], await pools.get(backend)

    began = time.monotonic()
    exam = (await run(pool, program)).exams[0]
    took = time.monotonic() - began

    assert found(exam) in program.expect, exam
    assert program.limits.wall_s is not None
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # waiting for a processor is not held against it
    assert took < crowd * program.limits.wall_s + GRACE_S
    await check_next(pool)
