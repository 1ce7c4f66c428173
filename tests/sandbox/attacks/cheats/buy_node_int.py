# title: BUY node int
# exam: n_cheat_BUY_node_int
# expect: wrong
Node=int
def f(t):
    return 5
