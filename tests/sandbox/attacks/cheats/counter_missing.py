# title: a Counter that makes up what it is asked for
# exam: counts
# expect: wrong
from collections import Counter

class Inventive(Counter):
    def __missing__(self, key):
        return 1
    def __eq__(self, other):
        return True

def f(text):
    return Inventive()
