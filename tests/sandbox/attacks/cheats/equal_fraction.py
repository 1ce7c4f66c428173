# title: a fraction that equals everything
# exam: third
# expect: wrong
from fractions import Fraction

class F(Fraction):
    def __eq__(self, other): return True
    __hash__ = Fraction.__hash__

def f(n):
    return F(1, 7)
