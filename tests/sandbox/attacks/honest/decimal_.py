# title: decimals in a local context
# exam: money
# expect: passed
from decimal import Decimal, getcontext, localcontext

def f(a, b):
    with localcontext() as context:
        context.prec = 50
        return Decimal(a) + Decimal(b)
