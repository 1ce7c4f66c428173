# title: a named tuple
# exam: point
# expect: passed
from collections import namedtuple

Point = namedtuple('Point', 'x y')

def f(n):
    return Point(n, n * n)
