# title: protocols, ParamSpec, TypedDict and overloads under postponed annotations
# exam: add
# expect: passed
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, Protocol, TypedDict, TypeVar, get_type_hints, overload, runtime_checkable

P = ParamSpec("P")
T = TypeVar("T", int, float)

@runtime_checkable
class Adds(Protocol[T]):
    def add(self, a: T, b: T) -> T: ...

class Pair(TypedDict, total=False):
    a: int
    b: int

@dataclass(frozen=True, order=True)
class Adder(Generic[T]):
    log: list[Pair] = field(default_factory=list, compare=False)
    def add(self, a: T, b: T) -> T:
        self.log.append(Pair(a=a, b=b))
        return a + b

def logged(function: Callable[P, T]) -> Callable[P, T]:
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)
    return inner

@overload
def f(a: int, b: int) -> int: ...
@overload
def f(a: float, b: float) -> float: ...
@logged
def f(a: Any, b: Any) -> Any:
    adder: Adds = Adder()
    assert isinstance(adder, Adds) and get_type_hints(Adder.add)
    return adder.add(a, b)
