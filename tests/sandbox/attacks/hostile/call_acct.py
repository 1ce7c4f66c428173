# title: makes the system call of acct
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(163, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'acct')
    return 'done'
