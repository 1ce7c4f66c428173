# title: BUY surrogate
# exam: n_cheat_BUY_surrogate
# expect: wrong
def f(x):
    return "\ud800"
