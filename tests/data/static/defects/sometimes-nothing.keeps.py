def f(x):
    if x > 0:
        return 1
    return -1
# ---
def f(x):
    while True:
        if x:
            return 1
        x += 1
# ---
def f(x):
    try:
        return int(x)
    except ValueError:
        raise
