# title: an opaque value of a class with an enormous name
# exam: add
# expect: wrong
def f(a, b):
    return type('N' * (1 << 22), (), {})()
