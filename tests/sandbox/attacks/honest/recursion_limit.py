# title: recursion limit
# exam: n_small
# expect: passed
import sys
sys.setrecursionlimit(10**6)
def r(n): return 0 if n==0 else 1+r(n-1)
def f(a,b):
    return a+b+r(20000)-20000
