# title: star imports
# exam: add
# expect: passed
from math import *
from itertools import *
from functools import *
from collections import *

def f(a, b):
    return reduce(lambda x, y: x + y, chain([a], [b]))
