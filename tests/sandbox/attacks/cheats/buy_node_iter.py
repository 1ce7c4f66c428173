# title: BUY node iter
# exam: n_cheat_BUY_node_iter
# expect: wrong
Node=iter
def f(t):
    return 5
