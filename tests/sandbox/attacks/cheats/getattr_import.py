# title: getattr import
# exam: secret_asserts
# expect: wrong
class L:
    def __getattr__(s,n): raise SystemExit(0)
def f(x): return L()
