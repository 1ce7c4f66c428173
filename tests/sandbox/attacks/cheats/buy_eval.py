# title: BUY eval
# exam: n_cheat_BUY_eval
# expect: wrong|raised|policy|result|exited
def f(x):
    return "zzz_undefined"
