# title: makes the system call of unshare
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(272, 0x10000000)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    return 'done'
