# title: BUY exec
# exam: n_cheat_BUY_exec
# expect: wrong|raised|policy|result|exited
def f(x):
    return "zzz_undefined"
