# title: makes the system call of msgget
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(68, 42, 0o1666)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'msgget')
    return 'done'
