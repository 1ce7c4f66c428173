# title: makes the system call of sync
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(162)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'sync')
    return 'done'
