# title: defaultdict missing
# exam: n_honest1_defaultdict_missing
# expect: passed
from collections import defaultdict
def f(xs):
    d=defaultdict(list)
    for x in xs: d[len(x)].append(x)
    return d
