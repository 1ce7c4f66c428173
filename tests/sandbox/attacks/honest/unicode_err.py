# title: unicode err
# exam: n_honest1_unicode_err
# expect: passed
def f(b):
    return b.decode()
