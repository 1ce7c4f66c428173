# title: ctypes libc
# exam: n_small
# expect: passed
import ctypes,ctypes.util
def f(a,b):
    ctypes.CDLL(None).abs(-3); return a+b
