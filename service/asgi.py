"""The application for other ASGI servers: ``uvicorn service.asgi:app``; ``assay serve`` is the usual way."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.api.application import create_app
from service.api.context import Context
from service.bootstrap import open_service
from service.logs import configure_logs
from service.settings import Settings
from service.worker.embedded import working


@asynccontextmanager
async def opening(settings: Settings) -> AsyncIterator[Context]:
    """A service with its worker, for as long as the server runs."""
    configure_logs(settings.log_level)
    async with (
        open_service(settings, sandbox=True) as service,
        working(service.app, settings, wanted=settings.worker),
    ):
        gc.freeze()  # what is loaded by now stays: collections that large answers cause need not search it
        yield Context(service.app, settings, service.readiness, analysers=service.analysers)


app = create_app(Settings(), opening)
