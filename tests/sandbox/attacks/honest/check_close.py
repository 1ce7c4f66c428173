# title: check close
# exam: n_honest3_check_close
# expect: passed
def f(x):
    return x**.5
