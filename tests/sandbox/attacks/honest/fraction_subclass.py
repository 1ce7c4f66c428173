# title: a fraction class of its own
# exam: third
# expect: passed
from fractions import Fraction

class Ratio(Fraction):
    def half(self):
        return self / 2

def f(n):
    return Ratio(n, 3)
