"""Definitions of verifiers in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.definition import Definition, DefinitionKind
from service.errors import Conflict
from service.storage.models import DefinitionRow, SuiteRow
from service.storage.text import storable_json
from service.storage.types import AnyRow
from service.storage.upsert import upsert


class SqlDefinitions:
    """``DefinitionStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def current(self) -> Sequence[Definition]:
        """The newest version of each name, by name."""
        return await self._read(_definitions().where(DefinitionRow.current).order_by(DefinitionRow.name))

    async def versions(self, name: str) -> Sequence[Definition]:
        """All versions of a name, oldest first."""
        return await self._read(_definitions().where(DefinitionRow.name == name).order_by(DefinitionRow.key))

    async def newest(self, names: Sequence[str]) -> Mapping[str, Definition]:
        """The newest version of each of these names that has one."""
        if not names:
            return {}
        query = _definitions().where(DefinitionRow.name.in_(names), DefinitionRow.current)
        return {definition.name: definition for definition in await self._read(query)}

    async def add(self, definition: Definition, key_id: str | None, now: datetime) -> Definition:
        """Store a version, which becomes the current one of its name; returns it with its key.

        Raises:
            Conflict: If the same version is being stored at this moment.
        """
        older = update(DefinitionRow).where(DefinitionRow.name == definition.name, DefinitionRow.current)
        await self._connection.execute(older.values(current=False))
        statement = upsert(self._connection, DefinitionRow, ("name", "version")).returning(DefinitionRow.key)
        values = {
            "name": definition.name,
            "version": definition.version,
            "kind": definition.kind.value,
            "current": True,
            "document": storable_json(definition.document),
            "key_id": key_id,
            "created_at": now,
        }
        key = (await self._connection.execute(statement, values)).scalar_one_or_none()
        if key is None:
            raise Conflict(f"{definition.label!r} is being defined at this moment")
        return replace(definition, key=key, current=True, created_at=now)

    async def suite_names(self) -> frozenset[str]:
        """Names of all suites of all tasks."""
        return frozenset((await self._connection.execute(select(SuiteRow.name).distinct())).scalars())

    async def _read(self, query: Select[Any]) -> list[Definition]:
        return [read_definition(row) for row in await self._connection.execute(query)]


def read_definition(row: AnyRow) -> Definition:
    """A definition from its columns."""
    return Definition(
        name=row.name,
        version=row.version,
        kind=DefinitionKind(row.kind),
        document=row.document,
        key=row.key,
        current=row.current,
        created_at=row.created_at,
    )


async def definitions_by_key(connection: AsyncConnection, keys: Sequence[int]) -> Mapping[int, Definition]:
    """Definitions by storage key."""
    if not keys:
        return {}
    rows = await connection.execute(_definitions().where(DefinitionRow.key.in_(keys)))
    return {row.key: read_definition(row) for row in rows}


def _definitions() -> Select[Any]:
    return select(*DefinitionRow.__table__.columns)
