import sys
def f():
    return sys.getrecursionlimit()
