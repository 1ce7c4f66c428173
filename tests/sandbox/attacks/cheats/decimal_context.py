# title: a decimal context in which everything rounds to the same
# exam: money
# expect: wrong|raised
from decimal import Decimal, getcontext, setcontext, Context, ROUND_DOWN, DefaultContext

DefaultContext.prec = 1
setcontext(Context(prec=1, rounding=ROUND_DOWN))

def f(a, b):
    return Decimal(a) + Decimal(b) + 0
