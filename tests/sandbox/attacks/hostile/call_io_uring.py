# title: makes the system call of io_uring, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(425, 8, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'io_uring')
    return 'done'
