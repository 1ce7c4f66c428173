# title: result slow iter
# exam: n_add2
# expect: wrong
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import time
class L(list):
    def __iter__(s):
        time.sleep(100)
def f(a,b): return L([1])
