# title: fills pipes with pages of the kernel
# exam: add
# limits: case_wall_s=2
# expect: resource|case_time|memory
import fcntl, os

def f(a, b):
    while True:
        r, w = os.pipe()
        os.set_blocking(w, False)
        try:
            fcntl.fcntl(w, 1031, 1 << 20)
        except OSError:
            pass
        try:
            while True:
                os.write(w, bytes(65536))
        except BlockingIOError:
            pass
