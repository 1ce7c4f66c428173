# title: a Fraction whose numerator property lies
# exam: third
# expect: wrong|raised
from fractions import Fraction

class F(Fraction):
    @property
    def numerator(self):
        return self
    def __eq__(self, other):
        return True
    __hash__ = Fraction.__hash__

def f(n):
    return F(0)
