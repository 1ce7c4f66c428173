# title: honest cb raises
# exam: n_more_honest_cb_raises
# expect: passed
def f(g):
    try: return g()
    except KeyError: return "k"
