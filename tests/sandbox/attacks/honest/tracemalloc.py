# title: tracemalloc
# exam: n_small
# expect: passed
import tracemalloc
def f(a,b):
    tracemalloc.start(); r=a+b; tracemalloc.stop(); return r
