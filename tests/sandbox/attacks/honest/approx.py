# title: approx
# exam: n_honest2_approx
# expect: passed
def f(a):
    return a/3
