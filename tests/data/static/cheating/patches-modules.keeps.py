import math
class P:
    pass
p = P()
p.sqrt = math.sqrt
# ---
import collections
def f():
    counts = collections.Counter()
    counts.total_ = 1
    return counts
# ---
import sys
import io
sys.stdout = io.StringIO()
# ---
import copy


def f(copy):
    copy.left = None
    return copy
