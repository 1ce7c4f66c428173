def f(xs):
    return map(str, xs)[0]
# ---
def f():
    d = {"a": 1}
    return d.keys()[0]
