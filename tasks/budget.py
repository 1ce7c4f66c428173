"""What evaluating other people's literals may cost: one budget for a whole task, spent by every literal in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MAX_ITEMS = 1_000_000
"""Characters, bytes and parts that repetition and arithmetic may make; what is written out is not counted."""
MAX_WORK = 50_000_000
"""Steps of about ten nanoseconds."""
MAX_BITS = 1 << 17
"""Of each operand and of each result of arithmetic."""
_MAX_COLLISIONS = 16
_LIMB_BITS = 30


class NotLiteral(Exception):
    """The expression is not a literal, or not one that can be evaluated within bounds."""


class Budget:
    """What is left for the literals of one task."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self._items = MAX_ITEMS
        self._work = MAX_WORK

    def make(self, items: int) -> None:
        """Pay for parts that the text does not write out.

        Raises:
            NotLiteral: If there is not enough left.
        """
        if items > self._items:
            raise NotLiteral("what the text writes in short is too long")
        self._items -= items
        self.work(items)

    def work(self, steps: int) -> None:
        """Pay for time.

        Raises:
            NotLiteral: If there is not enough left.
        """
        if steps > self._work:
            raise NotLiteral("working out the values takes too long")
        self._work -= steps

    def number(self, value: object) -> None:
        """Pay for the result of arithmetic.

        Raises:
            NotLiteral: If it is too large, or there is not enough left.
        """
        if isinstance(value, int):
            self.make(bits(value) // 64)

    def multiply(self, left: int, right: int) -> None:
        """Pay for arithmetic of numbers of so many bits, whose time grows with their product.

        Raises:
            NotLiteral: If there is not enough left.
        """
        self.work(1 + (left // _LIMB_BITS) * (right // _LIMB_BITS) // 10)

    def hashed(self, keys: Iterable[object]) -> None:
        """Pay for putting keys into a table.

        Raises:
            NotLiteral: If too many different ones have the same hash: a table of n of them takes n² steps.
        """
        seen: set[object] = set()
        shared: Counter[int] = Counter()
        for key in keys:  # a loop, so that other threads get their turn
            size = len(seen)
            seen.add(key)
            if len(seen) == size:
                continue
            number = hash(key)
            shared[number] += 1
            if shared[number] > _MAX_COLLISIONS:
                raise NotLiteral("too many keys have the same hash")
        self.work(10 * len(seen))


def bits(value: int) -> int:
    """The length of a number in bits.

    Raises:
        NotLiteral: If it is above what arithmetic may handle.
    """
    size = value.bit_length()
    if size > MAX_BITS:
        raise NotLiteral("the number is too large")
    return size


_SHARED: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def shared_budget() -> Iterator[Budget]:
    """One budget for all literals that are evaluated inside; inside another one, that one goes on."""
    current = _SHARED.get()
    if current is not None:
        yield current
        return
    token = _SHARED.set(Budget())
    try:
        yield _SHARED.get() or Budget()
    finally:
        _SHARED.reset(token)
