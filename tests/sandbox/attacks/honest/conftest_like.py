# title: conftest like
# exam: n_honest2_conftest_like
# expect: passed
def f(a,b):
    return a+b
