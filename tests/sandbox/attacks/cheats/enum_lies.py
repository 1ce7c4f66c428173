# title: enum lies
# exam: secret
# expect: wrong
import enum
class E(str,enum.Enum):
    A="a"
    def __eq__(s,o): return True
    __hash__=str.__hash__
def f(x): return E.A
