# title: chainmap
# exam: n_honest3_chainmap
# expect: passed
from collections import ChainMap
def f(a,b):
    return ChainMap(a,b)
