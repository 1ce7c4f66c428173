# title: makes the system call of sethostname
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(170, b'owned', 5)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'sethostname')
    return 'done'
