def f(xs):
    for x in xs:
        if x:
            return True
        else:
            return False
