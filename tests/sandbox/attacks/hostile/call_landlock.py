# title: makes the system call of landlock, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(444, 0, 0, 1)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'landlock')
    return 'done'
