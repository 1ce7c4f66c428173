# title: surrogate
# exam: secret_pytest
# expect: wrong
def f(x): return "\ud83d"*30
