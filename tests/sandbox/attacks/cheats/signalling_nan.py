# title: a decimal that raises when it is compared
# exam: add
# expect: wrong
from decimal import Decimal

def f(a, b):
    return Decimal('sNaN')
