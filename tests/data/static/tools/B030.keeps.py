def f(x):
    try:
        return x
    except (ValueError, KeyError):
        return 0
