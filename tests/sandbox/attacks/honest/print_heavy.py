# title: print heavy
# exam: n_small
# expect: passed
def f(a,b):
    for i in range(20000): print("debug",i)
    return a+b
