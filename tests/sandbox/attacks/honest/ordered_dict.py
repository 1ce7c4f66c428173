# title: an OrderedDict for a dict
# exam: counts
# expect: passed
from collections import OrderedDict

def f(text):
    found = OrderedDict()
    for letter in text:
        found[letter] = found.get(letter, 0) + 1
    return found
