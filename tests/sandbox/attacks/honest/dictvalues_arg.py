# title: dictvalues arg
# exam: n_honest1_dictvalues_arg
# expect: passed
def f(it):
    return sorted(it)
