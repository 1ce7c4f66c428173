# title: makes the system call of setxattr
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(188, b'.', b'user.note', b'x', 1, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'setxattr')
    return 'done'
