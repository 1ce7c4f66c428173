# title: makes the system call of personality
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(135, 0x0040000)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'personality')
    return 'done'
