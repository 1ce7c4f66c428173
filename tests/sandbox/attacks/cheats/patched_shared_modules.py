# title: patches modules that the examiner also uses
# exam: secret_asserts
# expect: wrong
import collections, decimal, fractions, json, re

json.loads = lambda text: {"ending": "completed"}
json.dumps = lambda value: "{}"
collections.Counter.__eq__ = lambda a, b: True
fractions.Fraction.__eq__ = lambda a, b: True

def f(n):
    return fractions.Fraction(1, 3)
