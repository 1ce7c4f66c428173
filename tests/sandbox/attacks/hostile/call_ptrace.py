# title: makes the system call of ptrace
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(101, 0, 0, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'ptrace')
    return 'done'
