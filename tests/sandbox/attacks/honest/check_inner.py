# title: check inner
# exam: n_honest3_check_inner
# expect: passed
def f(x):
    return x+1
