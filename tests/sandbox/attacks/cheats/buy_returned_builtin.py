# title: BUY returned builtin
# exam: n_cheat_BUY_returned_builtin
# expect: wrong
def f(x):
    return len
