# title: nan ret
# exam: n_honest3_nan_ret
# expect: passed
def f(a):
    return float("nan")
