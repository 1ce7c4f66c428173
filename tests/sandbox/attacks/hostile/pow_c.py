# title: pow c
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b):
    return 9**9**9
