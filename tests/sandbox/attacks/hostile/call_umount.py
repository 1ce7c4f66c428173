# title: makes the system call of umount
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(166, b'/proc', 2)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'umount')
    return 'done'
