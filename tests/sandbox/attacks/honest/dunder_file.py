# title: dunder file
# exam: n_small
# expect: passed
import os
HERE=os.path.dirname(os.path.abspath(__file__))
def f(a,b):
    return a+b
