"""How much a worker buffers: half a second's work."""

from __future__ import annotations

import time
from collections.abc import Callable

_WINDOW_S = 0.5


class Pace:
    """Measures how many checks a worker finishes, and says how many more it should claim."""

    def __init__(self, *, least: int, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Buffer within ``least`` and ``most`` checks."""
        self._least = least
        self._most = most
        self._clock = clock
        self._since = clock()
        self._finished = 0
        self._target = least

    def count(self, checks: int) -> None:
        """Note finished checks."""
        self._finished += checks
        elapsed = self._clock() - self._since
        if elapsed >= _WINDOW_S:
            wanted = int(self._finished / elapsed * _WINDOW_S)
            self._target = max(self._least, min(self._most, wanted))
            self._since, self._finished = self._clock(), 0

    def room(self, buffered: int) -> int:
        """Checks to claim now: none while the buffer is more than half full."""
        return self._target - buffered if buffered <= self._target // 2 else 0
