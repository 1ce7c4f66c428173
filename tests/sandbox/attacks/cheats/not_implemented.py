# title: NotImplemented for an answer
# exam: add
# expect: wrong
def f(a, b):
    return NotImplemented
