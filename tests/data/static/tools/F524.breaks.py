def f(x):
    return "{a} {b}".format(a=x)
