# title: makes the system call of init_module
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(175, 0, 0, b'')
    if result < 0:
        raise OSError(ctypes.get_errno(), 'init_module')
    return 'done'
