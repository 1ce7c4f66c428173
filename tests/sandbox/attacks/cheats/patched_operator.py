# title: patches operator.eq and math.isclose
# exam: roots_check
# expect: wrong
import math, operator

operator.eq = lambda a, b: True
math.isclose = lambda *a, **k: True
math.sqrt = lambda x: -1.0

def f(x):
    return -1.0
