# title: an exception group hides what was raised
# exam: secret_asserts
# expect: raised
def f(n):
    raise ExceptionGroup('many', [ValueError(1), KeyError(2)])
