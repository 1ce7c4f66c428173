# title: makes the system call of userfaultfd
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(323, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'userfaultfd')
    return 'done'
