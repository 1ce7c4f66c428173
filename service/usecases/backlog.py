"""How much work waits."""

from __future__ import annotations

from service.usecases.app import App


async def queued_checks(app: App) -> int:
    """Checks that no worker has taken yet, counted up to the queue's bound."""
    async with app.storage.reading() as unit:
        return await unit.checks.backlog(app.policy.queue_bound)
