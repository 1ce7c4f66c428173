# title: makes the system call of vmsplice
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(278, 1, 0, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'vmsplice')
    return 'done'
