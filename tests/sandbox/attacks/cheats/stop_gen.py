# title: stop gen
# exam: n_cheat_stop_gen
# expect: raised|wrong
def f(n):
    raise StopIteration
