# title: ctypes for an honest purpose
# exam: add
# expect: passed
import ctypes, ctypes.util

libm = ctypes.CDLL("libm.so.6")
libm.fabs.restype, libm.fabs.argtypes = ctypes.c_double, [ctypes.c_double]

def f(a, b):
    assert libm.fabs(-2.0) == 2.0
    return a + b
