# title: module replace
# exam: secret
# expect: wrong
import sys,types
class M(types.ModuleType):
    def __getattr__(s,n): return lambda *a: type("Q",(),{"__eq__":lambda s,o:True})()
sys.modules["solution"]=M("solution")
def f(x): return 0
