# title: fixture skip
# exam: n_cheat_fixture_skip
# expect: wrong
def f(x):
    raise KeyError("skip")
