"""Create, list, revoke and check API keys. The secret is shown once and stored as SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.requests import LOCAL, ApiKey, Caller, Scope
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
    raise NotImplementedError


async def list_keys(app: App, *, caller: Caller = LOCAL) -> tuple[ApiKey, ...]:
    """All keys, newest first.

    Raises:
        Forbidden: Without the scope ``admin``.
    """
    raise NotImplementedError


async def revoke_key(app: App, key_id: str, *, caller: Caller = LOCAL) -> None:
    """End a key; what it submitted stays.

    Raises:
        NotFound: If there is no such key.
        Forbidden: Without the scope ``admin``.
    """
    raise NotImplementedError


async def authenticate(app: App, secret: str) -> Caller:
    """The caller behind a secret.

    Raises:
        NotAuthorised: If the secret is unknown or revoked.
    """
    raise NotImplementedError


async def any_key(app: App) -> bool:
    """Whether a key exists that is not revoked: without one a service stays on loopback."""
    raise NotImplementedError
