# title: dictkeys arg
# exam: n_honest1_dictkeys_arg
# expect: passed
def f(it):
    return sorted(it)
