# title: a deque that equals everything
# exam: rotate
# expect: wrong
from collections import deque

class D(deque):
    def __eq__(self, other): return True

def f(n):
    return D([1])
