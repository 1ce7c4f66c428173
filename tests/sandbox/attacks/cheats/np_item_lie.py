# title: np item lie
# exam: secret_pytest
# expect: wrong
class generic: pass
class Q(generic):
    __module__="numpy"
    def item(s): return s.k
    k=None
Q.__module__="numpy"
def f(x): return Q()
