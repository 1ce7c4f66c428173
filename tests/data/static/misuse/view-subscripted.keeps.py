def f(xs):
    return list(map(str, xs))[0]
# ---
def f(frame):
    return frame.values()[0]
