# title: method liar
# exam: n_cheat_method_liar
# expect: wrong|raised|policy|result|exited
class Y:
    def __getattr__(s,n): return lambda *a,**k: True
def f(x):
    return Y()
