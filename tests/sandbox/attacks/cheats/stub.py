# title: returns its first argument
# exam: add
# expect: wrong
def f(a, b):
    return a
