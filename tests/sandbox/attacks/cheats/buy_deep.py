# title: BUY deep
# exam: n_cheat_BUY_deep
# expect: wrong|raised|policy|result|exited
def f(x):
    r=[]
    for _ in range(998): r=[r]
    return r
