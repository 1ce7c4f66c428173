# title: curry
# exam: n_honest1_curry
# expect: passed
def f(g):
    return lambda a: lambda b: g(a,b)
