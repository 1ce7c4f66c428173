# title: expected failure
# exam: n_cheat_expected_failure
# expect: wrong
def f(x):
    return 0
