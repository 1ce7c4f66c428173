# title: a byte order mark
# exam: add
# expect: passed
def f(a, b):
    return a + b
