# title: an ellipsis for an answer
# exam: add_asserts
# expect: wrong
def f(a, b):
    return ...
