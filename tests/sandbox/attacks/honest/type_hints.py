# title: type hints, generics and protocols
# exam: add
# expect: passed
from __future__ import annotations
from typing import Protocol, TypeVar, overload

T = TypeVar('T', bound='Addable')

class Addable(Protocol):
    def __add__(self: T, other: T) -> T: ...

def f(a: T, b: T) -> T:
    return a + b
