# title: identity same
# exam: n_honest1_identity_same
# expect: passed
def f(x):
    return x
