# title: makes the system call of shmget
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(29, 42, 4096, 0o1666)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'shmget')
    return 'done'
