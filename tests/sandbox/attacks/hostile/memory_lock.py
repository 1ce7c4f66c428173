# title: locks its memory
# exam: add
# expect: wrong
import ctypes

def f(a, b):
    return ctypes.CDLL(None).mlockall(3)
