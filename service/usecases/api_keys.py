"""Create, list, revoke and check API keys. The secret is shown once and stored as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from service.domain.ids import new_id
from service.domain.requests import LOCAL, ApiKey, Caller, Scope
from service.errors import InvalidInput, NotAuthorised, NotFound
from service.usecases.app import App


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, for the one time that it is shown."""

    key: ApiKey
    secret: str


async def create_key(
    app: App, name: str, scopes: frozenset[Scope], *, quota: int | None = None, caller: Caller = LOCAL
) -> NewKey:
    """Make a key.

    Raises:
        InvalidInput: Without name or scopes, or with a quota below 1.
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    if not name.strip() or len(name) > 200:
        raise InvalidInput("a key needs a name of at most 200 characters", "/name")
    if not scopes:
        raise InvalidInput("a key needs at least one scope", "/scopes")
    if quota is not None and quota < 1:
        raise InvalidInput("a quota is at least 1", "/quota")
    secret = f"assay_{secrets.token_urlsafe(32)}"
    key = ApiKey(new_id("key"), name, scopes, quota, app.clock())
    async with app.storage.writing() as unit:
        await unit.keys.add(key, hash_secret(secret))
        await unit.commit()
    return NewKey(key, secret)


async def list_keys(app: App, *, caller: Caller = LOCAL) -> tuple[ApiKey, ...]:
    """All keys, newest first.

    Raises:
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    async with app.storage.reading() as unit:
        return tuple(await unit.keys.list())


async def revoke_key(app: App, key_id: str, *, caller: Caller = LOCAL) -> None:
    """End a key; what it submitted stays.

    Raises:
        NotFound: If there is no such key.
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    async with app.storage.writing() as unit:
        if not await unit.keys.revoke(key_id, app.clock()):
            raise NotFound(f"there is no key {key_id!r}")
        await unit.commit()


async def authenticate(app: App, secret: str) -> Caller:
    """The caller behind a secret.

    Raises:
        NotAuthorised: If the secret is unknown or revoked.
    """
    async with app.storage.reading() as unit:
        key = await unit.keys.by_hash(hash_secret(secret))
    if key is None or key.revoked_at is not None:
        raise NotAuthorised("this key is not known here, or it was revoked")
    return Caller(key.id, key.scopes, key.quota)


async def any_key(app: App) -> bool:
    """Whether a key exists that is not revoked: without one a service stays on loopback."""
    async with app.storage.reading() as unit:
        return await unit.keys.any_active()


def hash_secret(secret: str) -> str:
    """SHA-256 of a secret, hex: enough for a random one."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
