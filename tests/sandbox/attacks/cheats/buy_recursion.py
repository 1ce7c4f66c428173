# title: BUY recursion
# exam: n_cheat_BUY_recursion
# expect: wrong
def f(x):
    r=()
    for _ in range(990): r=(r,)
    return r
