# title: decimal err
# exam: n_honest1_decimal_err
# expect: passed
from decimal import Decimal
def f(s):
    return Decimal(s)
