def f(xs):
    return len(filter(None, xs))
# ---
def f(xs):
    return len(x for x in xs)
