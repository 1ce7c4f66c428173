# title: lru_cache under a raised recursion limit
# exam: factorial
# expect: passed
import sys
from functools import lru_cache, reduce

sys.setrecursionlimit(100_000)

@lru_cache(maxsize=None)
def f(n: int) -> int:
    return 1 if n < 2 else n * f(n - 1)

f(3000)
