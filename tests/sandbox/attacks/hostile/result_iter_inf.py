# title: result iter inf
# exam: n_add2
# expect: wrong
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import itertools
def f(a,b): return itertools.count()
