def f():
    x: int = 1
    print(x)
