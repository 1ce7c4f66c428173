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
