# title: fractions
# exam: third
# expect: passed
from fractions import Fraction

def f(n):
    return sum([Fraction(1, 3)] * n, Fraction())
