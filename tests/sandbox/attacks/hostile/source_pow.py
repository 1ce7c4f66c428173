# title: source pow
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
x=2**10000000 and (1,)*10**7
def f(a,b):
    return a+b
