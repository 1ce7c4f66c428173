# title: a dict made from a UserDict
# exam: counts
# expect: passed
from collections import UserDict

class Counts(UserDict):
    def __missing__(self, key):
        return 0

def f(text):
    found = Counts()
    for letter in text:
        found[letter] += 1
    return found.data
