# title: forks by the system calls themselves
# exam: add
# expect: wrong|policy|resource
import ctypes

libc = ctypes.CDLL(None)

def f(a, b):
    return [libc.syscall(number, 17, 0, 0, 0, 0) for number in (56, 57, 58, 435)]
