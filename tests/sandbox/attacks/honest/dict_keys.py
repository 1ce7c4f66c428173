# title: a view of keys where a set of values counts
# exam: distinct
# expect: passed
def f(values):
    return dict.fromkeys(values).keys()
