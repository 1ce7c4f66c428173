import inspect
def f(g):
    return inspect.signature(g)
