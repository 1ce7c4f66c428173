# title: generics
# exam: n_small
# expect: passed
from typing import *
T=TypeVar("T")
P=ParamSpec("P")
class B(Generic[T]):
    def __init__(s,v:T): s.v=v
def f(a:"int|None",b:Optional[int])->Annotated[int,"x"]:
    return B[int](a).v+b
