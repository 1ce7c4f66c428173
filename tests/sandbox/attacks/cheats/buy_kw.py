# title: BUY kw
# exam: n_cheat_BUY_kw
# expect: wrong
class Y:
    def keys(s): return ["__x"]
    def __getitem__(s,k): return 1
def f(x=1,**a):
    return Y()
