# title: NameError, which a broken test would raise
# exam: secret_asserts
# expect: raised
def f(n):
    raise NameError("name 'f' is not defined", name='f')
