# title: stdout slow
# exam: n_add2
# expect: output
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os,time
def f(a,b):
    for _ in range(10**6): os.write(1,b"x"*100)
    return a+b
