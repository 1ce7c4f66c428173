# title: pandas try
# exam: n_small
# expect: passed
try:
    import pandas as pd
except ImportError:
    pd=None
def f(a,b):
    return a+b
