"""Connects a command to a server, or to the same service within this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvloop

from service import bootstrap
from service.api.application import create_app
from service.api.context import Context
from service.cli.console import say
from service.cli.inprocess import InProcessTransport
from service.client import AsyncAssay
from service.logs import configure_logs
from service.settings import Settings
from service.worker.embedded import working

Result = TypeVar("Result")

_EMBEDDED = "http://127.0.0.1"


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's coroutine to its end."""
    return uvloop.run(work)


def read_settings(**overrides: Any) -> Settings:
    """The settings, with the flags that were given on top, and logs set up for a command.

    Raises:
        pydantic.ValidationError: If a setting cannot be used.
    """
    settings = override(**overrides)
    configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")
    return settings


def override(**overrides: Any) -> Settings:
    """The settings with what was given on top.

    Raises:
        pydantic.ValidationError: If a setting cannot be used.
    """
    return Settings(**{name: value for name, value in overrides.items() if value is not None})


async def prepare_database(settings: Settings) -> None:
    """Create a SQLite database that does not exist yet; insist on the schema of one that does.

    Raises:
        NotMigrated: If the schema is another one; says which command to run.
        Unavailable: If the database does not answer.
    """
    file = bootstrap.missing_database_file(settings)
    if file is not None:
        await asyncio.to_thread(bootstrap.upgrade_database, settings)
        say(f"created the database {file}")
    await asyncio.to_thread(bootstrap.require_migrated, settings)


@asynccontextmanager
async def connect(url: str | None, api_key: str | None, *, runs_code: bool) -> AsyncIterator[AsyncAssay]:
    """A client of the server at ``url``, or of a service opened here for as long as the command takes.

    Args:
        url: None takes the setting, and without that runs embedded.
        api_key: None takes the setting.
        runs_code: An embedded service needs a sandbox and a worker.
    """
    settings = read_settings(url=url, api_key=api_key)
    if settings.url is not None:
        key = None if settings.api_key is None else settings.api_key.get_secret_value()
        async with AsyncAssay(settings.url, key) as client:
            yield client
        return
    await prepare_database(settings)

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Context]:
        async with (
            bootstrap.open_service(settings, sandbox=runs_code) as service,
            working(service.app, settings, wanted=runs_code),
        ):
            yield Context(service.app, settings, service.readiness, trusted=True)

    app = create_app(settings, opening)
    async with app.router.lifespan_context(app), AsyncAssay(_EMBEDDED, transport=InProcessTransport(app)) as client:
        yield client
