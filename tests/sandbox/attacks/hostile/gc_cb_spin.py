# title: gc cb spin
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import gc
gc.callbacks.append(lambda p,i: [0 for _ in iter(int,1)])
gc.collect()

def f(a,b):
    return a+b
