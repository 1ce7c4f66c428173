def f(x):
    try:
        return x
    except (ValueError, 1):
        return 0
