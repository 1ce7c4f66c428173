# title: stderr bin
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os
os.write(2,bytes(range(256))*10)

def f(a,b):
    return a+b
