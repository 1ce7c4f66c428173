# title: raise lying name
# exam: secret_pytest
# expect: exited
class M(type):
    __name__=property(lambda c: 5)
class E(Exception,metaclass=M): pass
def f(x): raise E
