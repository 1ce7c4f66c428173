# title: source const fold
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
x=((1<<60)**60)**60

def f(a,b):
    return a+b
