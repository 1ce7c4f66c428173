# title: raise BaseException
# exam: secret_asserts
# expect: raised|wrong
class B(BaseException): pass
def f(x): raise B
