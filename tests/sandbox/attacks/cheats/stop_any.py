# title: stop any
# exam: n_cheat_stop_any
# expect: wrong|raised|policy|result|exited
def f(n):
    raise StopIteration
