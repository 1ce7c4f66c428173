# title: raise OSError int
# exam: secret_pytest
# expect: resource
def f(x): raise OSError(11,"busy")
