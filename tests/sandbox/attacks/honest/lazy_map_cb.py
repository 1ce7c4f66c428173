# title: lazy map cb
# exam: n_honest1_lazy_map_cb
# expect: passed
def f(g,xs):
    return map(g,xs)
