# title: sorts in place by slices
# exam: sort_in_place
# expect: passed
def f(values):
    values[:] = sorted(values)
