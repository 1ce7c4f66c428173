# title: gen return
# exam: secret_check
# expect: wrong
def f(x):
    yield x
    return "x"
