# title: makes the system call of name_to_handle
# exam: add
# expect: policy
import ctypes

libc = ctypes.CDLL(None, use_errno=True)

def f(a, b):
    result = libc.syscall(303, 0, b'/', 0, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), 'name_to_handle')
    return 'done'
