# title: makes the system call of keyctl
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(250, 0, -3, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'keyctl')
    return 'done'
