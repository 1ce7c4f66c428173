# title: slice lies
# exam: secret_asserts
# expect: wrong
def f(x): return slice(type("Q",(),{"__eq__":lambda s,o:True})(),None,None)
