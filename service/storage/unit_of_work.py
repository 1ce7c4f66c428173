"""The database as the use cases see it: transactions that roll back unless committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.errors import Busy, Unavailable
from service.storage import migrate
from service.storage.access import SqlIdempotency, SqlKeys
from service.storage.audits import SqlAudits
from service.storage.database import create_engines, parse_url
from service.storage.definitions import SqlDefinitions
from service.storage.evidence import SqlEvidence
from service.storage.matrix import SqlMatrix
from service.storage.queue import SqlQueue
from service.storage.repairs import SqlRepairs
from service.storage.runs import SqlRuns
from service.storage.tasks import SqlTasks
from service.storage.verdicts import SqlVerdicts
from service.storage.verifications import SqlVerifications


class SqlUnitOfWork:
    """One transaction and the repositories that work in it."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work on a connection whose transaction has begun."""
        self._connection = connection
        self.tasks = SqlTasks(connection)
        self.verifications = SqlVerifications(connection)
        self.checks = SqlQueue(connection)
        self.runs = SqlRuns(connection)
        self.matrix = SqlMatrix(connection)
        self.definitions = SqlDefinitions(connection)
        self.verdicts = SqlVerdicts(connection)
        self.repairs = SqlRepairs(connection)
        self.audits = SqlAudits(connection)
        self.keys = SqlKeys(connection)
        self.idempotency = SqlIdempotency(connection)
        self.evidence = SqlEvidence(connection)

    async def commit(self) -> None:
        """Make it last."""
        await self._connection.commit()


class SqlStorage:
    """``Storage`` on SQLite or PostgreSQL."""

    def __init__(self, database_url: str) -> None:
        """Name the database; nothing is opened yet.

        Raises:
            InvalidInput: If the URL cannot be used.
        """
        self._url: URL = parse_url(database_url)
        self._reading, self._writing = create_engines(self._url)

    @property
    def shown_url(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlUnitOfWork]:
        """A transaction that only reads."""
        async with _transaction(self._reading) as unit:
            yield unit

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[SqlUnitOfWork]:
        """A transaction that may write; writers of one process queue up on SQLite."""
        async with _transaction(self._writing) as unit:
            yield unit

    async def require_migrated(self) -> None:
        """Insist on this version's schema.

        Raises:
            NotMigrated: If the schema is another one; says which command to run.
            Unavailable: If the database does not answer.
        """
        url = self._url.render_as_string(hide_password=False)
        await asyncio.to_thread(migrate.require_migrated, url)

    async def close(self) -> None:
        """Give back every connection."""
        await self._writing.dispose()
        await self._reading.dispose()


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[SqlUnitOfWork]:
    try:
        async with engine.connect() as connection:
            await connection.begin()
            yield SqlUnitOfWork(connection)
    except PoolTimeout as error:
        raise Busy("the database is busy; try again", retry_after_s=5) from error
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise Busy("the database is busy; try again", retry_after_s=5) from error
        raise Unavailable("the database does not answer") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("the database does not answer") from error
        raise
