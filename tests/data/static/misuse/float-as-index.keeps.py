def f(xs):
    return xs[len(xs) // 2]
# ---
def f(n):
    halves = {0.5: "half"}
    return halves[n / 2]
