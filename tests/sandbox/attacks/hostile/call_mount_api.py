# title: makes the system call of mount_api, newer than the filter
# exam: add
# expect: raised|policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(430, b'tmpfs', 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'mount_api')
    return 'done'
