def f(x):
    pass
# ---
def f(x):
    """Do it."""
    raise NotImplementedError
# ---
def f(x):
    """Do it."""
