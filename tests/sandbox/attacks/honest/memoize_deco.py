# title: memoize deco
# exam: n_honest1_memoize_deco
# expect: passed
import functools
def f(fn):
    cache={}
    @functools.wraps(fn)
    def w(*a):
        if a not in cache: cache[a]=fn(*a)
        return cache[a]
    return w
