# title: floats against a tolerance in real test code
# exam: roots_check
# expect: passed
def f(x):
    return x ** 0.5
