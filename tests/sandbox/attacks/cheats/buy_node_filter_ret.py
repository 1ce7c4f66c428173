# title: BUY node filter ret
# exam: n_cheat_BUY_node_filter_ret
# expect: wrong|raised|policy|result|exited
def f(t):
    return enumerate
