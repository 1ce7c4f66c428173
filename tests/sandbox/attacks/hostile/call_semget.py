# title: makes the system call of semget
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(64, 42, 1, 0o1666)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'semget')
    return 'done'
