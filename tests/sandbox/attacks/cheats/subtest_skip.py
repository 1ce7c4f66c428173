# title: subtest skip
# exam: n_cheat_subtest_skip
# expect: wrong
def f(x):
    raise RuntimeError("x")
