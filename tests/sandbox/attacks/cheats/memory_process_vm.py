# title: process_vm_readv on every process of the cell
# exam: secret
# expect: wrong|policy
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)

class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

def f(n):
    buffer = ctypes.create_string_buffer(4096)
    local = Iovec(ctypes.addressof(buffer), 4096)
    remote = Iovec(id(f) & ~0xFFF, 4096)
    for pid in range(1, 40):
        if pid != os.getpid() and libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
            return buffer.raw.hex()
    return None
