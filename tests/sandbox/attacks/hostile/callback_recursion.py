# title: the test's function calls the candidate, which calls it
# exam: apply
# expect: wrong|raised
def f(function, values):
    return [function(f) for _ in values]
