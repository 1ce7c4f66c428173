def skip(xs):
    return xs[1:]
def f(xs):
    return skip(xs)
