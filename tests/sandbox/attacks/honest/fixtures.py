# title: fixtures
# exam: n_honest2_fixtures
# expect: passed
def f(a,b):
    return a+b
