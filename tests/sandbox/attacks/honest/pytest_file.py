# title: a pytest file imports it
# exam: add_pytest
# expect: passed
def f(a, b):
    if a is None or b is None:
        raise TypeError('numbers only')
    return a + b
