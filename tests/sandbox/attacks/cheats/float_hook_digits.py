# title: a Decimal with tolerance built in
# exam: roots
# expect: wrong
from decimal import Decimal

class D(Decimal):
    def __eq__(self, other):
        return True
    __hash__ = Decimal.__hash__

def f(x):
    return D(0)
