# title: a deque
# exam: rotate
# expect: passed
from collections import deque

def f(n):
    values = deque([1, 2, 3], maxlen=3)
    values.rotate(n)
    return values
