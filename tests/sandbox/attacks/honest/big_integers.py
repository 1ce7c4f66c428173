# title: big integers
# exam: factorial
# expect: passed
import functools, operator

def f(n):
    return functools.reduce(operator.mul, range(1, n + 1), 1)
