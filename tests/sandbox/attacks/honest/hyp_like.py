# title: hyp like
# exam: n_honest2_hyp_like
# expect: passed
def f(a,b):
    return a+b
