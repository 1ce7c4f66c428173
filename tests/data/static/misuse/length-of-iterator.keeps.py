def f(xs):
    return len(list(filter(None, xs)))
# ---
def f(xs):
    return sum(1 for x in xs)
