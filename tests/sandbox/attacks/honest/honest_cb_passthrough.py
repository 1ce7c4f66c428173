# title: honest cb passthrough
# exam: n_more_honest_cb_passthrough
# expect: passed
def f(g): return g()
