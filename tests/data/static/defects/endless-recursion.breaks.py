def f(n):
    return n * f(n - 1)
