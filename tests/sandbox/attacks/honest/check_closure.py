# title: check closure
# exam: n_honest3_check_closure
# expect: passed
def f(g,x):
    return g(g(x))
