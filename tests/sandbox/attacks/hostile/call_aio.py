# title: makes the system call of aio
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(206, 60000, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'aio')
    return 'done'
