# title: makes the system call of openat2, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(437, -100, b'/etc/passwd', 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'openat2')
    return 'done'
