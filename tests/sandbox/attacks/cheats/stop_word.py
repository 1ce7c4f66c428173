# title: stop word
# exam: n_cheat_stop_word
# expect: wrong|raised|policy|result|exited
def f(n): raise StopIteration
