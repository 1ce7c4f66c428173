# title: BUY node reversed
# exam: n_cheat_BUY_node_reversed
# expect: wrong|raised|policy|result|exited
Node=reversed
def f(t):
    return 5
