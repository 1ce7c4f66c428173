# title: BUY node map
# exam: n_cheat_BUY_node_map
# expect: wrong|raised|policy|result|exited
Node=map
def f(t):
    return 5
