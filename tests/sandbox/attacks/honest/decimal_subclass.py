# title: a decimal class of its own
# exam: money
# expect: passed
from decimal import Decimal

class Money(Decimal):
    def __str__(self):
        return f"{self:.2f} EUR"

def f(a, b):
    return Money(Decimal(a) + Decimal(b))
