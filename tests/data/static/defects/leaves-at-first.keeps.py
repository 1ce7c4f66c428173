def f(xs):
    for x in xs:
        if x:
            return True
    return False
# ---
def f(xs):
    for x in xs:
        if not x:
            continue
        return x
