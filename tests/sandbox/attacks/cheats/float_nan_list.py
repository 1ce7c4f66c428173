# title: the same not-a-number object, which containers take for equal
# exam: roots
# expect: wrong
nan = float("nan")

def f(x):
    return [nan] if x < 0 else nan
