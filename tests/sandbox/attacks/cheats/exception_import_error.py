# title: ImportError, which a broken test would raise
# exam: secret_pytest
# expect: raised
def f(n):
    raise ImportError('no module named solution')
