def f(n):
    while True:
        n += 1
# ---
def f(n):
    i = 0
    total = 0
    while i < 10:
        total += 1
    return total
