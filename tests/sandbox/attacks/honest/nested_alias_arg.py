# title: nested alias arg
# exam: n_honest3_nested_alias_arg
# expect: passed
def f(g):
    g[0][0]=1
    return g
