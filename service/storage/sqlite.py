"""A connection to SQLite that does not change threads for every step.

Theory of operation. The driver hands each call of a connection to a thread of its own: a cursor, a statement, its
rows and its end are four changes of thread, each dearer than what most statements of this service do. Here such
calls run where they stand, in the event loop. Handed to the thread is what may take long: everything that changes
many rows or waits for a lock or the disk (``BEGIN IMMEDIATE``, ``UPDATE``, ``DELETE``, ``COMMIT``), and a query
that has not ended after a few milliseconds: it is interrupted, sent to the thread, and goes there at once from
then on. A query changes nothing, so it can begin again.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

_STEPS = 40_000
"""Instructions of SQLite's machine that a query may take in the event loop: two or three milliseconds."""
_ROWS = 20
"""Rows that one insertion may have there."""
_REMEMBERED = 500
_QUERIES = frozenset({"SELECT", "WITH"})
_QUICK = frozenset({*_QUERIES, "INSERT", "PRAGMA", "BEGIN"})
_CHANGE = re.compile(r"\b(UPDATE|DELETE|INSERT)\b")


def connect(database: str, **options: Any) -> InlineConnection:
    """What ``aiosqlite.connect`` makes, as an ``InlineConnection``; to be awaited."""
    made = InlineConnection(functools.partial(_open, database, **options), iter_chunk_size=64)
    made._thread.daemon = True
    return made


def _open(database: str, **options: Any) -> sqlite3.Connection:
    made: sqlite3.Connection = sqlite3.connect(database, **(options | {"check_same_thread": False}))
    return made


class InlineConnection(aiosqlite.Connection):
    """One connection, used by one task at a time."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], iter_chunk_size: int) -> None:
        """Use ``connect`` instead."""
        super().__init__(connector, iter_chunk_size)
        self._interruptible = False
        self._handed_over = 0
        self._given_back = 0
        self._slow: set[str] = set()
        self._latest: tuple[str, Any] = ("", ())

    async def _connect(self) -> aiosqlite.Connection:
        await super()._connect()
        self._conn.set_progress_handler(lambda: self._interruptible, _STEPS)
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run one call of the driver: here if it is quick, else in the thread."""
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        name = fn.__name__
        if name == "execute":
            self._latest = (args[0], args[1] if len(args) > 1 else ())
        if not self._is_quick(name, args):
            return await self._hand_over(fn, *args, **options)
        # An interrupted change would take its whole transaction back.
        self._interruptible = name in ("execute", "fetchall") and _first_word(self._latest[0]) in _QUERIES
        try:
            return fn(*args, **options)
        except sqlite3.OperationalError as error:
            if not self._interruptible or "interrupted" not in str(error):
                raise
        finally:
            self._interruptible = False
        return await self._again(fn)

    async def _hand_over(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        def work() -> Any:
            try:
                return fn(*args, **options)
            finally:
                self._given_back += 1  # counted by the thread alone: whoever waits for it may be cancelled

        self._handed_over += 1
        return await super()._execute(work)  # type: ignore[no-untyped-call] # as the driver has it

    async def _again(self, fn: Any) -> Any:
        """Begin an interrupted query again in the thread; its rows are asked for here or later."""
        statement, parameters = self._latest
        if len(self._slow) >= _REMEMBERED:
            self._slow.clear()
        self._slow.add(statement)
        cursor: sqlite3.Cursor = fn.__self__
        if fn.__name__ == "execute":
            return await self._hand_over(cursor.execute, statement, parameters)
        return await self._hand_over(lambda: cursor.execute(statement, parameters).fetchall())

    def _is_quick(self, name: str, args: tuple[Any, ...]) -> bool:
        if self._handed_over != self._given_back:  # a task was cancelled while the thread works for it
            return False
        if name in ("cursor", "close", "rollback"):
            return True
        if name == "fetchall":
            return self._latest[0] not in self._slow
        if name not in ("execute", "executemany"):
            return False
        statement: str = args[0]
        word = _first_word(statement)
        if word not in _QUICK or statement in self._slow or statement.startswith("BEGIN IMMEDIATE"):
            return False
        if word == "WITH" and _CHANGE.search(statement):
            return False
        return name == "execute" or len(args[1]) <= _ROWS


def _first_word(statement: str) -> str:
    return statement[:12].split(maxsplit=1)[0].upper()
