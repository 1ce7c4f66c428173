# title: singledispatch and operator
# exam: add
# expect: passed
import operator
from functools import singledispatch

@singledispatch
def f(a, b):
    return NotImplemented

@f.register(int)
@f.register(float)
def _(a, b):
    return operator.add(a, b)
