# title: raises the assertion's own exception
# exam: secret_asserts
# expect: raised
def f(n):
    raise AssertionError('passed')
