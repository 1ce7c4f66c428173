# title: type hints
# exam: n_small
# expect: passed
from __future__ import annotations
import typing
class A:
    x: int
    y: "A"
def f(a:int,b:int)->int:
    assert typing.get_type_hints(f)["a"] is int and typing.get_type_hints(A)["y"] is A
    return a+b
