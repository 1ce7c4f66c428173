"""``assay doctor``: does this machine, or that server, work?"""

from __future__ import annotations

import asyncio
from typing import Any

import typer

from service import bootstrap
from service.cli.console import emit, emit_json
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.session import finish, read_settings
from service.client import AssayError, AsyncAssay
from service.errors import AssayError as Trouble
from service.settings import Settings

Part = dict[str, Any]


def doctor(url: Url = None, api_key: Key = None, as_json: AsJson = False) -> None:
    """Try the database and the sandbox, honest and hostile programs included: exit 3 if something does not work."""
    settings = read_settings(url=url, api_key=api_key)
    parts = finish(_remote(settings) if settings.url is not None else _local(settings))
    ok = all(part["ok"] for part in parts)
    if as_json:
        emit_json({"ok": ok, "parts": parts})
    else:
        for part in parts:
            emit(f"{'ok  ' if part['ok'] else 'FAIL'}  {part['name']}: {part['detail']}".rstrip(": "))
    raise typer.Exit(ExitCode.DONE if ok else ExitCode.NOTHING_CONCLUDED)


async def _remote(settings: Settings) -> list[Part]:
    key = None if settings.api_key is None else settings.api_key.get_secret_value()
    async with AsyncAssay(settings.url or "", key) as client:
        try:
            return list((await client.get("/readyz"))["parts"])
        except AssayError as error:
            parts = error.problem.get("parts")
            if parts is None:
                raise
            return list(parts)


async def _local(settings: Settings) -> list[Part]:
    return [await asyncio.to_thread(_database, settings), *await _sandbox(settings)]


def _database(settings: Settings) -> Part:
    file = bootstrap.missing_database_file(settings)
    if file is not None:
        return _part("database", True, f"{file} does not exist yet; it is made when it is needed")
    try:
        bootstrap.require_migrated(settings)
    except Trouble as error:
        return _part("database", False, str(error))
    return _part("database", True, f"at revision {bootstrap.current_revision(settings)}")


async def _sandbox(settings: Settings) -> list[Part]:
    try:
        return [_part(part.name, part.ok, part.detail) for part in await bootstrap.examine_sandbox(settings)]
    except Trouble as error:
        return [_part("sandbox", False, str(error))]


def _part(name: str, ok: bool, detail: str) -> Part:
    return {"name": name, "ok": ok, "detail": detail}
