# title: makes the system call of mount
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(165, 0, b'/cell', b'tmpfs', 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'mount')
    return 'done'
