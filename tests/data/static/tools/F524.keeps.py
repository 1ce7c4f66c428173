def f(x):
    return "{a}".format(a=x)
