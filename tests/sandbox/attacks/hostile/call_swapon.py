# title: makes the system call of swapon
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(167, b'/cell/candidate/x', 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'swapon')
    return 'done'
