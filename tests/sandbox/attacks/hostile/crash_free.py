# title: frees what is in use
# exam: add
# expect: signalled|wrong|exited
import ctypes

def f(a, b):
    ctypes.c_long.from_address(id(f)).value = -10 ** 6
    ctypes.memset(id(f), 0x41, 256)
    return f(a, b)
