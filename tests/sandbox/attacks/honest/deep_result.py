# title: recursion by itself to a depth of twenty thousand
# exam: depth
# expect: passed
import sys, threading
sys.setrecursionlimit(2**31 - 1)

def f(n):
    def down(k):
        return 0 if k == 0 else 1 + down(k - 1)
    return down(n)
