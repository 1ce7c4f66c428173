"""Statements run in the event loop if they are quick, and nothing else does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.storage.database import create_engines, parse_url

COUNT = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {}) SELECT max(x) FROM n"
FILL = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {}) INSERT INTO t SELECT x FROM n"


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    reading, writing = create_engines(parse_url(f"sqlite:///{tmp_path}/test.db"))
    async with writing.begin() as connection:
        await connection.execute(text("CREATE TABLE t (x INTEGER)"))
    yield reading, writing
    await reading.dispose()
    await writing.dispose()


async def longest_pause_s(stop: asyncio.Event) -> float:
    """How long the event loop was held up at most."""
    longest, before = 0.0, time.perf_counter()
    while not stop.is_set():
        await asyncio.sleep(0)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    return longest


async def count(connection: AsyncConnection, upto: int) -> int:
    return int((await connection.execute(text(COUNT.format(upto)))).scalar_one())


async def test_a_long_query_does_not_hold_up_the_event_loop(engines: tuple[AsyncEngine, AsyncEngine]) -> None:
    stop = asyncio.Event()
    watch = asyncio.create_task(longest_pause_s(stop))
    began = time.perf_counter()

    async with engines[0].connect() as connection:
        assert await count(connection, 2_000_000) == 2_000_000
        assert await count(connection, 7) == 7
    took = time.perf_counter() - began
    stop.set()

    assert await watch < took / 2


async def test_a_quick_statement_stays_in_its_thread(engines: tuple[AsyncEngine, AsyncEngine]) -> None:
    seen: list[int] = []
    async with engines[0].connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.create_function("here", 0, lambda: seen.append(threading.get_ident()))
        await connection.execute(text("SELECT here()"))

    assert seen == [threading.get_ident()]


async def test_a_long_change_is_not_interrupted(engines: tuple[AsyncEngine, AsyncEngine]) -> None:
    async with engines[1].begin() as connection:
        await connection.execute(text("INSERT INTO t VALUES (-1)"))
        await connection.execute(text(FILL.format(300_000)))
        await connection.execute(text("UPDATE t SET x = x + 1"))
    async with engines[0].connect() as connection:
        rows = (await connection.execute(text("SELECT count(*), min(x), max(x) FROM t"))).one()

    assert tuple(rows) == (300_001, 0, 300_001)


async def test_a_cancelled_statement_is_taken_back_after_its_thread_is_done(
    engines: tuple[AsyncEngine, AsyncEngine],
) -> None:
    async def change() -> None:
        async with engines[1].begin() as connection:
            await connection.execute(text(FILL.format(500_000)))
            await connection.execute(text("UPDATE t SET x = 0"))

    for pause in (0.002, 0.02, 0.1):
        task = asyncio.create_task(change())
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async with engines[1].begin() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM t"))).scalar_one() == 1
