# title: ctypes 
# exam: n_small
# expect: passed
import ctypes
def f(a,b):
    return ctypes.c_int(a).value+b
