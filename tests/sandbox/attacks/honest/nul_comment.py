# title: nul comment
# exam: n_small
# expect: passed
def f(a,b):
    s="\0"
    return a+b
