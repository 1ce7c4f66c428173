# title: BUY node zip
# exam: n_cheat_BUY_node_zip
# expect: wrong|raised|policy|result|exited
Node=zip
def f(t):
    return 5
