# title: decimal prec
# exam: n_honest2_decimal_prec
# expect: passed
from decimal import *
import sys
g=getcontext()
before=g.prec
g.prec=5
print(before,Decimal(1)/Decimal(3),input())
