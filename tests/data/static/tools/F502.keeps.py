def f(x):
    return "%(a)s" % {"a": x}
