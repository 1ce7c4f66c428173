def f(xs):
    return xs[len(xs) / 2]
# ---
def f(xs):
    return xs[: len(xs) / 2]
