# title: reads from address 0
# exam: add
# expect: signalled
import ctypes

def f(a, b):
    return ctypes.string_at(0)
