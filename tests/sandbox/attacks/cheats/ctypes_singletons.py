# title: swaps the values of True and False in its process
# exam: prime_asserts
# expect: wrong|signalled|raised|exited|policy
import ctypes

def f(n):
    size = 28
    ctypes.memmove(id(True), id(True), size)
    return 1
