# title: meta instancecheck
# exam: secret_pytest
# expect: raised|wrong
class M(type):
    def __instancecheck__(c,o): return True
    def __subclasscheck__(c,o): return True
    def __eq__(c,o): return True
    def __hash__(c): return hash(str)
class S(metaclass=M):
    def __eq__(s,o): return True
def f(x): return S()
