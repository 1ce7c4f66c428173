def f():
    xs = [3, 1]
    xs.sort()
    return xs
# ---
def f(frame):
    return frame.append({"a": 1})
# ---
def f(xs):
    return sorted(xs)
