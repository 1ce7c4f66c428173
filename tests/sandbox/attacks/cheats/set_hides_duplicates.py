# title: too few elements where a set of values counts
# exam: distinct
# expect: wrong
def f(values):
    return values[:1]
