# title: makes the system call of clone3, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(435, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'clone3')
    return 'done'
