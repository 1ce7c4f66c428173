# title: set ret
# exam: n_honest3_set_ret
# expect: passed
def f(a):
    return set(a)
