# title: default mut
# exam: n_honest3_default_mut
# expect: passed
def f(a,acc=None):
    acc=[] if acc is None else acc
    acc.append(a)
    return acc
