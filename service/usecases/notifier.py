"""Waking waiters within one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class LocalSubscription:
    """One waiter of this process."""

    def __init__(self) -> None:
        """Begin unwoken."""
        self._event = asyncio.Event()

    def wake(self) -> None:
        """End the present or the next wait."""
        self._event.set()

    async def wait(self, timeout_s: float) -> bool:
        """Wait until the topic was published since the last wait; False when time ran out."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class LocalNotifier:
    """``Notifier`` for one event loop."""

    def __init__(self) -> None:
        """Begin without waiters."""
        self._waiting: dict[str, set[LocalSubscription]] = {}

    def publish(self, topic: str) -> None:
        """Wake everybody who waits for the topic."""
        for subscription in self._waiting.get(topic, ()):
            subscription.wake()

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[LocalSubscription]:
        """Listen to a topic from now on."""
        subscription = LocalSubscription()
        self._waiting.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            waiting = self._waiting[topic]
            waiting.discard(subscription)
            if not waiting:
                del self._waiting[topic]
