# title: true to one
# exam: n_honest3_true_to_one
# expect: passed
def f(d):
    d[0]=1
