# title: repr rec
# exam: n_add2
# expect: raised
# limits: cpu_s=1, wall_s=3, case_wall_s=2
x=[]
for _ in range(200000): x=[x]
def f(a,b):
    return repr(x)
