# title: recursion without end
# exam: add
# expect: raised
def f(a, b):
    return f(b, a)
