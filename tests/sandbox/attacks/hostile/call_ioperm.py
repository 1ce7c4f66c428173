# title: makes the system call of ioperm
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(173, 0, 1, 1)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'ioperm')
    return 'done'
