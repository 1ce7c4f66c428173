def f(xs):
    for x in xs:
        if x < 0:
            xs.remove(x)
    return xs
# ---
def f(d):
    for key in d.keys():
        if not d[key]:
            del d[key]
    return d
# ---
def f(xs):
    for i, x in enumerate(xs):
        if x:
            xs.pop(i)
