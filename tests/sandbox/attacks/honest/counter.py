# title: a Counter for a dict
# exam: counts
# expect: passed
from collections import Counter

def f(text):
    return Counter(text)
