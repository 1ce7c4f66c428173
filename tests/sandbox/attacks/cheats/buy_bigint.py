# title: BUY bigint
# exam: n_cheat_BUY_bigint
# expect: wrong|raised|policy|result|exited
def f(x):
    return 1<<(8*(1<<20)-9)
