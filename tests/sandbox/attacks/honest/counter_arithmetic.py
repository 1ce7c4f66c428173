# title: a sum of counters
# exam: counts
# expect: passed
from collections import Counter

def f(text):
    return sum((Counter({letter: 1}) for letter in text), Counter())
