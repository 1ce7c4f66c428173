# title: subtests fixture
# exam: n_cheat_subtests_fixture
# expect: wrong
def f(x):
    return 0
