# title: an exception named like a built-in function
# exam: secret_asserts
# expect: raised
class eval(Exception):
    pass

def f(n):
    raise eval('__import__("os")._exit(0)')
