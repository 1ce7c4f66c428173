# title: raise cause cycle
# exam: secret_asserts
# expect: raised|wrong
def f(x):
    a=ValueError(1); b=ValueError(2); a.__cause__=b; b.__cause__=a; raise a
