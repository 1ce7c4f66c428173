# title: a tuple where a list is expected
# exam: sort
# expect: wrong
def f(values):
    return tuple(sorted(values))
