# title: a deque class of its own
# exam: rotate
# expect: passed
from collections import deque

class Ring(deque):
    def turned(self, n):
        self.rotate(n)
        return self

def f(n):
    return Ring([1, 2, 3]).turned(n)
