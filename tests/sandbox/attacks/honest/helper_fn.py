# title: helper fn
# exam: n_honest2_helper_fn
# expect: passed
def helper(x):
    return x*2
def f(x):
    return helper(x)+1
