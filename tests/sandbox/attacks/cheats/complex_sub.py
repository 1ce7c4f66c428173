# title: complex sub
# exam: secret_check
# expect: raised|wrong
class S(complex):
    real=property(lambda s: "x"); imag=0
    def __eq__(s,o): return True
    __hash__=complex.__hash__
def f(x): return S(1)
