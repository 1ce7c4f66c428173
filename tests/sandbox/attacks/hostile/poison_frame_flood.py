# title: frames without end
# exam: add
# limits: cpu_s=1, wall_s=2
# expect: policy|result|cpu_time|case_time|wall_time|wrong
import os

def f(a, b):
    while True:
        os.write(4, b'\0\0\0\x06\x20V\0\0\0\0N' * 4096)
