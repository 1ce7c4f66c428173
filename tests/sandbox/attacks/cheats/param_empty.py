# title: param empty
# exam: n_cheat_param_empty
# expect: wrong
def f(x):
    return []
