"""API keys and idempotency keys in SQL."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.domain.ports import Remembered
from service.domain.requests import ApiKey, Idempotency, Scope
from service.storage.models import ApiKeyRow, IdempotencyRow
from service.storage.text import storable
from service.storage.types import AnyRow
from service.storage.upsert import upsert


class SqlKeys:
    """``KeyStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def add(self, key: ApiKey, secret_hash: str) -> None:
        """Store a key."""
        values = {
            "id": key.id,
            "name": storable(key.name),
            "secret_hash": secret_hash,
            "scopes": sorted(scope.value for scope in key.scopes),
            "quota": key.quota,
            "created_at": key.created_at,
        }
        await self._connection.execute(insert(ApiKeyRow), [values])

    async def by_hash(self, secret_hash: str) -> ApiKey | None:
        """The key with that secret, revoked or not."""
        row = (await self._connection.execute(_keys().where(ApiKeyRow.secret_hash == secret_hash))).first()
        return None if row is None else _key(row)

    async def list(self) -> Sequence[ApiKey]:
        """All keys, newest first."""
        return [_key(row) for row in await self._connection.execute(_keys().order_by(ApiKeyRow.id.desc()))]

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke; False if there is no such key."""
        known = (await self._connection.execute(select(exists().where(ApiKeyRow.id == key_id)))).scalar_one()
        statement = update(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        await self._connection.execute(statement.values(revoked_at=now))
        return bool(known)

    async def any_active(self) -> bool:
        """Whether at least one key is not revoked."""
        query = select(exists().where(ApiKeyRow.revoked_at.is_(None)))
        return bool((await self._connection.execute(query)).scalar_one())


class SqlIdempotency:
    """``IdempotencyStore`` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Work in the connection's transaction."""
        self._connection = connection

    async def find(self, key: Idempotency) -> Remembered | None:
        """What the key made before."""
        query = select(IdempotencyRow.body_hash, IdempotencyRow.resource_id, IdempotencyRow.progress).where(
            IdempotencyRow.scope == key.scope, IdempotencyRow.key == key.key
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else Remembered(*row)

    async def remember(self, key: Idempotency, resource_id: str, now: datetime, progress: str = "") -> bool:
        """Store what the key made; False if the key is taken (then nothing changed)."""
        values = {
            "scope": key.scope,
            "key": key.key,
            "body_hash": key.body_hash,
            "resource_id": resource_id,
            "progress": progress,
            "created_at": now,
        }
        statement = upsert(self._connection, IdempotencyRow, ("scope", "key")).returning(IdempotencyRow.key)
        return (await self._connection.execute(statement, values)).scalar() is not None

    async def advance(self, key: Idempotency, progress: str) -> None:
        """Note how far an upload came."""
        statement = update(IdempotencyRow).where(IdempotencyRow.scope == key.scope, IdempotencyRow.key == key.key)
        await self._connection.execute(statement.values(progress=progress))

    async def forget(self, before: datetime) -> int:
        """Delete keys older than that."""
        statement = delete(IdempotencyRow).where(IdempotencyRow.created_at < before)
        return (await self._connection.execute(statement)).rowcount


def _keys() -> Select[Any]:
    return select(*ApiKeyRow.__table__.columns)


def _key(row: AnyRow) -> ApiKey:
    scopes: builtins.list[str] = row.scopes
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in scopes),
        quota=row.quota,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
