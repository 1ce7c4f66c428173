def f(n):
    return [i for i in range(n // 2)]
# ---
def f(n):
    return [i for i in range(int(n / 2))]
