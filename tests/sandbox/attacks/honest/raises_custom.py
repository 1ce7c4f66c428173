# title: raises custom
# exam: n_honest2_raises_custom
# expect: passed
class Bad(ValueError):
    pass
def f(a):
    raise Bad("x")
