# title: a defaultdict for a dict
# exam: counts
# expect: passed
from collections import defaultdict

def f(text):
    found = defaultdict(int)
    for letter in text:
        found[letter] += 1
    return found
