# title: regular expressions with groups
# exam: add
# expect: passed
import re

def f(a, b):
    match = re.fullmatch(r'(?P<a>.+);(?P<b>.+)', f'{a!r};{b!r}')
    return eval(match['a']) + eval(match['b'])
