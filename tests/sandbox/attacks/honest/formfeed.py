# title: formfeed
# exam: n_small
# expect: passed
def f(a,b):
    return a+b
