# title: str mul
# exam: n_add2
# expect: memory
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b):
    return len("a"*10**12)
