def f(x):
    try:
        return int(x)
    except Exception:
        pass
# ---
def f(xs):
    for x in xs:
        try:
            print(int(x))
        except:
            continue
