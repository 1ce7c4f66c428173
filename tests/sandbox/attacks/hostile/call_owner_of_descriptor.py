# title: makes the system call of owner_of_descriptor
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(72, 0, 8, 1)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'owner_of_descriptor')
    return 'done'
