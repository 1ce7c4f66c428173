# title: calls the test's functions
# exam: apply
# expect: passed
def f(function, values):
    return [function(value) for value in values]
