# title: exc huge args
# exam: n_add2
# expect: raised
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b): raise ValueError("x"*10**7,[1]*10**6)
