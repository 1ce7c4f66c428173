# title: BUY star
# exam: n_cheat_BUY_star
# expect: wrong
class Y:
    def __iter__(s): return iter([s,s])
def f(x,*a):
    return Y()
