# title: makes the system call of perf_event
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(298, 0, 0, -1, -1, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'perf_event')
    return 'done'
