# title: BUY nan dict
# exam: n_cheat_BUY_nan_dict
# expect: wrong
def f(x):
    return {float("nan"):[1]}
