# title: raise lying args
# exam: secret_check
# expect: exited
class E(Exception):
    args=property(lambda s: 5)
def f(x): raise E
