# title: recursion low
# exam: secret_pytest
# expect: wrong
import sys
sys.setrecursionlimit(20) if False else sys.setrecursionlimit(60)
def f(x): return [[[[1]]]]
