"""Engines and transactions.

Theory of operation: SQLite allows one writer. Here every process has exactly one writing connection (a pool
of one, whose waiters stand in a fair queue), a writing transaction begins with ``BEGIN IMMEDIATE``, and
processes wait for each other with ``busy_timeout``; so "database is locked" does not surface in a
transaction that has already begun, and readers never wait (WAL). Reading connections cannot write. On
PostgreSQL both kinds of transaction share one pool.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from service.errors import InvalidInput
from service.storage import sqlite

BUSY_TIMEOUT_MS = 60_000
_READERS = 4


def parse_url(database_url: str) -> URL:
    """A database URL with the async driver that this product uses.

    Takes ``sqlite:///path``, ``sqlite+aiosqlite:///path``, ``postgresql://…`` and ``postgresql+psycopg://…``.

    Raises:
        InvalidInput: If it is not a URL, names another database, or SQLite without a file.
    """
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise InvalidInput("the database URL cannot be read; expected sqlite:///FILE or postgresql://…") from None
    backend = url.get_backend_name()
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise InvalidInput("SQLite needs a file: sqlite:///assay.db")
        return url.set(drivername="sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise InvalidInput(f"databases of kind {backend!r} are not supported; use SQLite or PostgreSQL")


def create_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """(reading, writing) engines; on PostgreSQL they are the same."""
    if url.get_backend_name() == "sqlite":
        reading = _sqlite_engine(url, pool_size=_READERS, max_overflow=_READERS)
        writing = _sqlite_engine(url, pool_size=1, max_overflow=0)
        _prepare_sqlite(reading.sync_engine, writes=False)
        _prepare_sqlite(writing.sync_engine, writes=True)
        return reading, writing
    engine = create_async_engine(url, pool_size=10, max_overflow=10, pool_timeout=300, pool_pre_ping=True)
    return engine, engine


def _sqlite_engine(url: URL, **size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_timeout=300,
        connect_args={"async_creator_fn": sqlite.connect},
        **size,
    )


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself; ``_begin`` does, in the wanted mode.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(writes):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _pragmas(writes: bool) -> list[str]:
    pragmas = [f"busy_timeout = {BUSY_TIMEOUT_MS}", "foreign_keys = ON", "synchronous = NORMAL", "temp_store = MEMORY"]
    return [*pragmas, "journal_mode = WAL"] if writes else [*pragmas, "query_only = ON"]
