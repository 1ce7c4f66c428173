# title: makes timers without end
# exam: add
# limits: cpu_s=1
# expect: cpu_time|case_time|wrong|raised
import ctypes

libc = ctypes.CDLL(None)

def f(a, b):
    made = ctypes.c_int()
    count = 0
    while libc.syscall(222, 1, 0, ctypes.byref(made)) == 0 and count < 200000:
        count += 1
    return count
