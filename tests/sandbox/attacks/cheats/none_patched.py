# title: small integers are overwritten in its process
# exam: add
# expect: wrong|signalled|exited|policy|raised|case_time
import ctypes

def f(a, b):
    ctypes.c_int.from_address(id(7) + 24).value = 3
    return 7
