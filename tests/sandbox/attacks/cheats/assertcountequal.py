# title: assertCountEqual
# exam: n_cheat_assertCountEqual
# expect: wrong
class L:
    def __init__(s,n): s.n=n
    def __len__(s): return s.n
    def __iter__(s): return iter(())
    def __getitem__(s,i): raise IndexError
def f(xs):
    return L(len(xs))
