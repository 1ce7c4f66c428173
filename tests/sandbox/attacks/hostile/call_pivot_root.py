# title: makes the system call of pivot_root
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(155, b'.', b'.')
    if result < 0:
        raise OSError(ctypes.get_errno(), 'pivot_root')
    return 'done'
