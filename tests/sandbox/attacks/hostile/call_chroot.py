# title: makes the system call of chroot
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(161, b'/cell')
    if result < 0:
        raise OSError(ctypes.get_errno(), 'chroot')
    return 'done'
