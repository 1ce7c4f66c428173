# title: result range
# exam: n_add2
# expect: wrong
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b): return range(10**18)
