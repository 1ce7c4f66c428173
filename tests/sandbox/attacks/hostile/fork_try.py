# title: fork try
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import os
def f(a,b):
    for _ in range(100):
        try: os.fork()
        except OSError: pass
    return a+b
