# title: lru
# exam: n_small
# expect: passed
from functools import lru_cache
@lru_cache(maxsize=None)
def f(a,b):
    return a+b
