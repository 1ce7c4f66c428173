# title: BUY node enumerate
# exam: n_cheat_BUY_node_enumerate
# expect: wrong|raised|policy|result|exited
Node=enumerate
def f(t):
    return 5
