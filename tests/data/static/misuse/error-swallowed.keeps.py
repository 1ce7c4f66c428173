def f(x):
    try:
        return int(x)
    except ValueError:
        pass
# ---
def f(x):
    try:
        return int(x)
    except Exception:
        return None
