# title: atexit spin
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import atexit
atexit.register(lambda: [0 for _ in iter(int,1)])

def f(a,b):
    return a+b
