# title: functools.cache and a large table
# exam: factorial
# expect: passed
import sys
from functools import cache

sys.setrecursionlimit(5000)

@cache
def f(n):
    return 1 if n < 2 else n * f(n - 1)
