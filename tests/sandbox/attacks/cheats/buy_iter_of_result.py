# title: BUY iter of result
# exam: n_cheat_BUY_iter_of_result
# expect: wrong
def f(x):
    return [3] if not isinstance(x,list) else x[0]
