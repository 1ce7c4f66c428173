# title: sort c
# exam: n_add2
# expect: memory
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b):
    return sorted(range(10**8),key=lambda x:-x)
