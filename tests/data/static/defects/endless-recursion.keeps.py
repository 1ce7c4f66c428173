def f(n):
    if n < 2:
        return 1
    return n * f(n - 1)
# ---
def f(n):
    return 1 if n < 2 else n * f(n - 1)
# ---
def f(n):
    return n and n + f(n - 1)
# ---
def f():
    from helpers import f

    return f()
