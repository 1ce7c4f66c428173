# title: unittest sub
# exam: n_cheat_unittest_sub
# expect: wrong
def f(x):
    return 0
