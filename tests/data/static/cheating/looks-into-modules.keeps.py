import sys
def f(x):
    return sys.maxsize
