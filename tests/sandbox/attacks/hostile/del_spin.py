# title: del spin
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
class A:
    def __del__(s):
        while True: pass
A()

def f(a,b):
    return a+b
