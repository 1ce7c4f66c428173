total = 0
def f(x):
    total += x
    return total
