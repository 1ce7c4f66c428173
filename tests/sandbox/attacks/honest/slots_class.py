# title: a class with __slots__ and properties behind a stack
# exam: stack
# expect: passed
from __future__ import annotations

class Stack:
    __slots__ = ("_items",)

    def __init__(self) -> None:
        self._items: list[int] = []

    def push(self, item: int) -> Stack:
        self._items += [item]
        return self

    def pop(self) -> int:
        *self._items, last = self._items
        return last

    def peek(self) -> int:
        return self._items[-1]

    def __len__(self) -> int:
        return len(self._items)
