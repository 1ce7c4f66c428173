# title: a string without end
# exam: add
# expect: memory
def f(a, b):
    return len('x' * (1 << 36))
