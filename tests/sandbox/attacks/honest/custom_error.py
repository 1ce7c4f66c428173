# title: an exception class of its own
# exam: errors
# expect: passed
class Negative(ValueError):
    pass

def f(x):
    if x < 0:
        raise Negative(f'{x} is negative')
    return x ** 0.5
