# title: weakref fin
# exam: n_small
# expect: passed
import weakref
class A: pass
def f(a,b):
    x=A(); weakref.finalize(x,print,"bye"); del x; return a+b
