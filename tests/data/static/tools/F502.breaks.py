def f(x):
    return "%(a)s" % (x,)
