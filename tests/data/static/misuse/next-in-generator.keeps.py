def f(xs):
    it = iter(xs)
    while True:
        try:
            yield next(it)
        except StopIteration:
            return
# ---
def f(xs):
    return next(iter(xs))
# ---
def f(xs):
    it = iter(xs)
    yield next(it, None)
