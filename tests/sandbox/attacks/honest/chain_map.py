# title: a dict of a ChainMap
# exam: counts
# expect: passed
from collections import ChainMap

def f(text):
    return dict(ChainMap({letter: text.count(letter) for letter in text}, {}))
