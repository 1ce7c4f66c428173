# title: stderr heavy
# exam: n_small
# expect: passed
import sys
def f(a,b):
    for i in range(5000): print("debug",i,file=sys.stderr)
    return a+b
