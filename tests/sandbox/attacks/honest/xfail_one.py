# title: xfail one
# exam: n_honest2_xfail_one
# expect: passed
def f(a,b):
    return a+b
