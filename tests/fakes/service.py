"""A service with a real database and worker, and verifiers without a sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from fastapi import FastAPI

from service.api.application import Opening, create_app
from service.api.context import Context
from service.bootstrap import policy_of
from service.settings import Settings
from service.storage import migrate
from service.storage.unit_of_work import SqlStorage
from service.usecases import system
from service.usecases.app import App
from service.usecases.notifier import LocalNotifier
from service.usecases.system import Readiness
from service.usecases.task_sets import import_task_set
from service.worker.embedded import working
from tasks.task import AssertCase, Suite, SuiteKind, Task, TaskSet, Visibility
from tasks.versions import with_versions
from tests.fakes.verifiers import FakeVerifiers

URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Running:
    """A running service and a client of it."""

    http: httpx.AsyncClient
    app: App
    api: FastAPI
    verifiers: FakeVerifiers


def task(local: str) -> Task:
    """A task with a visible and a hidden suite."""
    asserts = (AssertCase("assert f(1) == 2"),), (AssertCase("assert f(2) == 'secret'"),)
    suites = (
        Suite("base", SuiteKind.ASSERTS, asserts[0]),
        Suite("plus", SuiteKind.ASSERTS, asserts[0] + asserts[1], Visibility.HIDDEN),
    )
    return with_versions(Task("demo", local, f"Task {local}", "f", suites, reference="def f(x):\n    return x + 1\n"))


def fake_opening(verifiers: FakeVerifiers, *, trusted: bool = False, tasks: int = 5) -> Opening:
    """Opens a service on the settings' database, with tasks ``demo/0`` …"""

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Context]:
        storage = SqlStorage(settings.database_url)
        app = App(storage, verifiers, LocalNotifier(), policy_of(settings))

        async def readiness() -> tuple[Readiness, ...]:
            return await system.readiness(app)

        try:
            if tasks:
                await import_task_set(app, TaskSet("demo", "1", "MIT", "tests"), [task(str(n)) for n in range(tasks)])
            async with working(app, settings, wanted=settings.worker):
                yield Context(app, settings, readiness, trusted=trusted)
        finally:
            await storage.close()

    return opening


@asynccontextmanager
async def running_service(
    directory: Path, verifiers: FakeVerifiers | None = None, *, trusted: bool = False, **settings: object
) -> AsyncIterator[Running]:
    """A service on a fresh SQLite database in ``directory``, spoken to without a socket."""
    url = f"sqlite:///{directory / 'assay.db'}"
    migrate.upgrade(url)
    verifiers = verifiers or FakeVerifiers()
    made = Settings(_env_file=None, database_url=url, cells=2, **settings)  # type: ignore[arg-type]
    api = create_app(made, fake_opening(verifiers, trusted=trusted))
    async with (
        api.router.lifespan_context(api),
        httpx.AsyncClient(transport=httpx.ASGITransport(api, raise_app_exceptions=False), base_url=URL) as http,
    ):
        yield Running(http, api.state.context.app, api, verifiers)
