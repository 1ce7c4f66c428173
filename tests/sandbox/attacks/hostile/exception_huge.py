# title: raises an exception with an enormous text
# exam: add
# expect: raised
def f(a, b):
    raise ValueError('x' * (1 << 24), ['y'] * (1 << 16))
