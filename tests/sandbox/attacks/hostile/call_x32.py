# title: makes the system call of x32, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(0x40000039, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'x32')
    return 'done'
