# title: argv
# exam: n_small
# expect: passed
import sys
def f(a,b):
    return a+b+len(sys.argv)-1
