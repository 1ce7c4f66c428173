# title: check helper
# exam: n_honest3_check_helper
# expect: passed
def f(xs):
    return sorted(xs)
