# title: one for true
# exam: n_honest3_one_for_true
# expect: passed
def f(a,b):
    return 1 if a<b else 0
