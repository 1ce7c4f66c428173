def f():
    print(x)
    x: int = 1
