# title: makes the system call of signalfd
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(282, -1, 0, 8)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'signalfd')
    return 'done'
