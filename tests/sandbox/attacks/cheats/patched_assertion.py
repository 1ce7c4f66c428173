# title: replaces AssertionError
# exam: secret_asserts
# expect: wrong
import builtins

class Quiet(Exception):
    pass

builtins.AssertionError = Quiet

def f(n):
    return None
