# title: float for int
# exam: n_small
# expect: passed
def f(a,b):
    return float(a+b)
