"""Doing the same to many things, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


async def each(items: Iterable[Item], action: Callable[[Item], Awaitable[None]], concurrency: int) -> None:
    """Await ``action`` for every item, at most ``concurrency`` at a time; the first error ends the rest."""
    queue = iter(items)

    async def work() -> None:
        for item in queue:
            await action(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, concurrency)):
                group.create_task(work())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
