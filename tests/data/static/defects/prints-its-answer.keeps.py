def f(x: int) -> int:
    return x + 1
# ---
def f(x: int) -> None:
    print(x + 1)
# ---
def f(x):
    print(x)
