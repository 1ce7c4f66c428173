# title: iter arg
# exam: n_honest1_iter_arg
# expect: passed
def f(it):
    return next(it)
