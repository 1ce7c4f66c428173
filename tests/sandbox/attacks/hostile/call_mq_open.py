# title: makes the system call of mq_open
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(240, b'left', 0o102, 0o666, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'mq_open')
    return 'done'
