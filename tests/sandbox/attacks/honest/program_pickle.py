# title: a program whose classes live in __main__
# exam: add_stdio
# expect: passed
import pickle
from collections import namedtuple
from enum import Enum

Pair = namedtuple("Pair", "a b")

class Kind(Enum):
    SUM = 1

a, b = pickle.loads(pickle.dumps(Pair(*map(int, input().split()))))
assert pickle.loads(pickle.dumps(Kind.SUM)) is Kind.SUM
print(a + b)
