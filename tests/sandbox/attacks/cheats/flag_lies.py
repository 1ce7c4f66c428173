# title: flag lies
# exam: secret_asserts
# expect: wrong
import enum
class E(enum.IntFlag):
    A=1
    def __eq__(s,o): return True
    __hash__=int.__hash__
def f(x): return E.A
