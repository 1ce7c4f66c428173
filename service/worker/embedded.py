"""A worker inside the process that opened a service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.settings import Settings
from service.usecases.app import App
from service.worker.worker import Worker


@asynccontextmanager
async def working(app: App, settings: Settings, *, wanted: bool = True) -> AsyncIterator[None]:
    """Verify what is queued for as long as the block takes; at the end running jobs are drained.

    Args:
        app: Ports and policies, with cells that run.
        settings: Cells, lease and how long to drain.
        wanted: False does nothing: another process does the work, or nothing is to be run.
    """
    if not wanted:
        yield
        return
    worker = Worker(app, cells=settings.cells, lease_s=settings.lease_s)
    await worker.start()
    try:
        yield
    finally:
        await worker.stop(drain=True, timeout_s=settings.drain_s)
