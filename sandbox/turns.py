"""Turns at the machine: many at a time, or one alone.

Theory of operation. A job takes an ordinary turn and learns afterwards whether any other job ran at
the same time. Who needs the machine alone waits until all running turns have ended; while somebody
waits for that, no new ordinary turn begins, so that he waits for at most one job in each place.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Turn:
    """One job's time at the machine.

    Attributes:
        crowded: Another job ran at some time during it.
    """

    crowded: bool = False


class Turns:
    """Gives out turns in the order in which they were asked for, those alone first."""

    def __init__(self, places: int) -> None:
        """Allow ``places`` ordinary turns at a time."""
        self._places = places
        self._taken = 0
        self._alone = False
        self._running: set[Turn] = set()
        self._queue: deque[asyncio.Future[None]] = deque()
        self._alone_queue: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def ordinary(self) -> AsyncIterator[Turn]:
        """A turn beside others."""
        await self._stand_in(self._queue, self._leave)
        turn = Turn(crowded=bool(self._running))
        for other in self._running:
            other.crowded = True
        self._running.add(turn)
        try:
            yield turn
        finally:
            self._running.discard(turn)
            self._leave()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A turn with nobody beside."""
        await self._stand_in(self._alone_queue, self._leave_alone)
        try:
            yield
        finally:
            self._leave_alone()

    async def _stand_in(self, queue: deque[asyncio.Future[None]], leave: Callable[[], None]) -> None:
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(granted)
        self._admit()
        try:
            await granted
        except asyncio.CancelledError:
            if granted in queue:
                queue.remove(granted)
                self._admit()
            else:
                leave()
            raise

    def _leave(self) -> None:
        self._taken -= 1
        self._admit()

    def _leave_alone(self) -> None:
        self._alone = False
        self._admit()

    def _admit(self) -> None:
        """Let in whoever may begin; the place counts as taken from here on."""
        if self._alone:
            return
        if self._alone_queue:
            if not self._taken:
                self._alone = True
                self._grant(self._alone_queue)
            return
        while self._queue and self._taken < self._places:
            self._taken += 1
            self._grant(self._queue)

    def _grant(self, queue: deque[asyncio.Future[None]]) -> None:
        granted = queue.popleft()
        if not granted.done():
            granted.set_result(None)
