def f(x: int) -> int:
    print(x + 1)
