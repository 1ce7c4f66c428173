# title: compose later
# exam: n_honest1_compose_later
# expect: passed
def f(g,h):
    return lambda x: g(h(x))
