# title: range arg
# exam: n_honest1_range_arg
# expect: passed
def f(it):
    return sum(it)
