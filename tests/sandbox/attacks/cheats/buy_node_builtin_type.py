# title: BUY node builtin type
# exam: n_cheat_BUY_node_builtin_type
# expect: wrong
Node=dict
def f(t):
    return 5
