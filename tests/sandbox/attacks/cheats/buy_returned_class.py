# title: BUY returned class
# exam: n_cheat_BUY_returned_class
# expect: wrong
def f(x):
    return ValueError
