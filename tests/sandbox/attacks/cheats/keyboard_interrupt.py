# title: KeyboardInterrupt ends the tests early
# exam: secret_pytest
# expect: raised
def f(n):
    raise KeyboardInterrupt
