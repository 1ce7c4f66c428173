# title: makes the system call of add_key
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(248, b'user', b'a', b'b', 1, -3)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'add_key')
    return 'done'
