# title: source format nest
# exam: n_add2
# expect: compile
# limits: cpu_s=1, wall_s=3, case_wall_s=2
x=f"{1:{1:{1}}}"
def f(a,b):
    return a+b
