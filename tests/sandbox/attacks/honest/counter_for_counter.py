# title: a Counter for a Counter
# exam: counter
# expect: passed
from collections import Counter

def f(text):
    total = Counter()
    for letter in text:
        total.update(letter)
    return +total
