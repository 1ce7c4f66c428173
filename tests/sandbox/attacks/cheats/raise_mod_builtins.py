# title: raise mod builtins
# exam: secret_check
# expect: raised|wrong
class E(Exception): pass
E.__module__="builtins"; E.__name__="AssertionError"
def f(x): raise E
