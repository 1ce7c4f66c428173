# title: settrace own
# exam: n_small
# expect: passed
import sys
def f(a,b):
    sys.settrace(lambda *x: None); sys.settrace(None); return a+b
