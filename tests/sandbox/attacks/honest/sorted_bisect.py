# title: bisect.insort and a key class
# exam: sort
# expect: passed
import bisect, functools

@functools.total_ordering
class Key:
    def __init__(self, value):
        self.value = value
    def __eq__(self, other):
        return self.value == other.value
    def __lt__(self, other):
        return self.value < other.value

def f(values):
    out = []
    for value in values:
        bisect.insort(out, Key(value))
    return [key.value for key in out]
