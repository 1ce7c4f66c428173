# title: match
# exam: n_small
# expect: passed
def f(a,b):
    match (a,b):
        case (int(x),int(y)): return x+y
        case _: return 0
