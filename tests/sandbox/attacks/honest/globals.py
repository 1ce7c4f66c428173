# title: globals
# exam: n_small
# expect: passed
def f(a,b):
    globals()["zz"]=a
    return zz+b
