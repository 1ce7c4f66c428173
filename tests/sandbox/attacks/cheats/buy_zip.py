# title: BUY zip
# exam: n_cheat_BUY_zip
# expect: wrong
def f(x,*a):
    return 3
