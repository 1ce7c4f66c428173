# title: recursion deeper than the default limit
# exam: depth
# expect: passed
import sys

sys.setrecursionlimit(100_000)

def f(n):
    return 0 if n == 0 else 1 + f(n - 1)
