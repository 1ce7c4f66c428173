# title: result bomb
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b):
    x=[]
    for _ in range(30): x=[x,x]
    return x
