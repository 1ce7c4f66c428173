total = 0
def f(x):
    global total
    total += x
    return total
