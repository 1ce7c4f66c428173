"""``assay keys``: who may use a server. Works on the database, never over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer

from service import bootstrap
from service.cli.console import emit, emit_json, emit_table, say
from service.cli.options import AsJson
from service.cli.session import finish, prepare_database, read_settings
from service.domain.requests import ApiKey, Scope
from service.settings import Settings
from service.usecases import api_keys
from service.usecases.app import App

app = typer.Typer(help="API keys, kept in the database.", no_args_is_help=True, rich_markup_mode=None)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[App]:
    await prepare_database(settings)
    async with bootstrap.open_service(settings, sandbox=False) as service:
        yield service.app


@app.command("create")
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="May be repeated.", show_default="submit, read")] = None,
    quota: Annotated[
        int | None, typer.Option(min=1, help="Verifications in flight at once.", show_default="$ASSAY_KEY_QUOTA")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it; it is not stored and cannot be shown again."""
    settings = read_settings()
    scopes = frozenset(scope or (Scope.SUBMIT, Scope.READ))
    new = finish(_create(settings, name, scopes, quota or settings.key_quota))
    say("keep the key: it is not stored and cannot be shown again")
    if as_json:
        emit_json({"key": new.secret, **_document(new.key)})
    else:
        emit(new.secret)


async def _create(settings: Settings, name: str, scopes: frozenset[Scope], quota: int) -> api_keys.NewKey:
    async with _opened(settings) as app_:
        return await api_keys.create_key(app_, name, scopes, quota=quota)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List keys, never their secrets."""
    items = [_document(key) for key in finish(_list(read_settings()))]
    if as_json:
        emit_json({"items": items})
        return
    columns = ("id", "name", "scopes", "quota", "created_at", "revoked_at")
    rows = [[",".join(item["scopes"]) if column == "scopes" else item[column] for column in columns] for item in items]
    emit_table(columns, rows, right=("quota",))


async def _list(settings: Settings) -> tuple[ApiKey, ...]:
    async with _opened(settings) as app_:
        return await api_keys.list_keys(app_)


@app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a key; what it submitted stays."""
    finish(_revoke(read_settings(), key_id))
    say(f"revoked {key_id}")


async def _revoke(settings: Settings, key_id: str) -> None:
    async with _opened(settings) as app_:
        await api_keys.revoke_key(app_, key_id)


def _document(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "quota": key.quota,
        "created_at": key.created_at.isoformat(),
        "revoked_at": None if key.revoked_at is None else key.revoked_at.isoformat(),
    }
