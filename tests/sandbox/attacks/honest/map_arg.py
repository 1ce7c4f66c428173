# title: map arg
# exam: n_honest1_map_arg
# expect: passed
def f(it):
    return list(it)
