# title: skip one
# exam: n_honest2_skip_one
# expect: passed
def f(a,b):
    return a+b
