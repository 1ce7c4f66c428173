# title: defaultdict leak
# exam: n_cheat_defaultdict_leak
# expect: wrong|raised|policy|result|exited
from collections import defaultdict
def f(x):
    d=defaultdict(int)
    for c in x: d[c]+=1
    return d
