# title: changes its arguments instead of answering
# exam: sort
# expect: wrong
def f(values):
    values[:] = [1, 2, 3]
    return values
