import gc
def f(x):
    return [o for o in gc.get_objects() if isinstance(o, list)]
# ---
def f(x):
    return object.__subclasses__()
