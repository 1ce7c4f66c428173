# title: regex c
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import re
def f(a,b):
    return re.match(r"(a+)+$","a"*40+"b")
