# title: BUY check cb
# exam: n_cheat_BUY_check_cb
# expect: wrong|raised|policy|result|exited
def f(g,x):
    return enumerate
