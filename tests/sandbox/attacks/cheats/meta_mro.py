# title: meta mro
# exam: secret_check
# expect: raised|wrong
class M(type):
    def mro(c): return [c,str,object]
    def __eq__(c,o): return True
    __hash__=type.__hash__
class S(str,metaclass=M):
    def __eq__(s,o): return True
    __hash__=str.__hash__
def f(x): return S("q")
