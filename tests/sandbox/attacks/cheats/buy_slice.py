# title: BUY slice
# exam: n_cheat_BUY_slice
# expect: wrong
def f(x):
    return slice(1,2)
