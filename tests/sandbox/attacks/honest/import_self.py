# title: import self
# exam: n_small
# expect: passed
def h(a,b):
    return a+b
def f(a,b):
    import solution
    return solution.h(a,b)
