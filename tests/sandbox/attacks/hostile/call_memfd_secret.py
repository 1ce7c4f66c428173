# title: makes the system call of memfd_secret, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(447, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'memfd_secret')
    return 'done'
