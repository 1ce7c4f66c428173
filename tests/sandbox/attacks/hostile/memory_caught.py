# title: catches MemoryError and tries again
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time|memory|case_time
def f(a, b):
    kept = []
    while True:
        try:
            kept.append(bytearray(1 << 22))
        except MemoryError:
            pass
