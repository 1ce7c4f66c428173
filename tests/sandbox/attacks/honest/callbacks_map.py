# title: calls the test's functions through map
# exam: apply
# expect: passed
def f(function, values):
    return list(map(function, values))
