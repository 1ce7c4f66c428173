# title: stdout close
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os
os.close(1); os.close(2)

def f(a,b):
    return a+b
