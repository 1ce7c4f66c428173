# title: interned
# exam: secret_check
# expect: wrong
import ctypes
def f(x):
    s="Q"*20
    return s
