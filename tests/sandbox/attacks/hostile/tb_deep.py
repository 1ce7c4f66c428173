# title: tb deep
# exam: n_add2
# expect: raised
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import sys
sys.setrecursionlimit(10**5)
def f(a,b,n=0):
    return f(a,b,n+1)
