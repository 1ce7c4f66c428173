# title: nothing unusual
# exam: add
# expect: passed
def f(a, b):
    return a + b
