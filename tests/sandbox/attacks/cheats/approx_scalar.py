# title: approx scalar
# exam: n_cheat_approx_scalar
# expect: wrong
class D:
    def __float__(s): return 1.0
def f(x): return D()
