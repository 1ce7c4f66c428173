# title: stdout nul
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import sys
def f(a,b):
    sys.stdout.write("\0\x1b[31m\ud800"*10)
    return a+b
