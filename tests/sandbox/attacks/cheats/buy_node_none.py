# title: BUY node none
# exam: n_cheat_BUY_node_none
# expect: wrong
Node=None
def f(t):
    return 5
