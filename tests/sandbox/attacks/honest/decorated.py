# title: decorators, with and without arguments
# exam: add
# expect: passed
import functools

def twice(times):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            for _ in range(times):
                result = function(*args, **kwargs)
            return result
        return inner
    return wrap

@twice(2)
@functools.lru_cache(maxsize=None)
def f(a, b):
    return a + b
