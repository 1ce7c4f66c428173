# title: mock any
# exam: secret_pytest
# expect: wrong
from unittest.mock import ANY
def f(x): return ANY
