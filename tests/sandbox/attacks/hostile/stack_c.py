# title: stack c
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import sys
sys.setrecursionlimit(10**9)
def f(a,b):
    return [f(a,b)]
