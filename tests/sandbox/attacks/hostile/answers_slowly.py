# title: answers each case just in time
# exam: add
# limits: case_wall_s=0.5, wall_s=1.0
# expect: passed|case_time|wall_time
import time

def f(a, b):
    time.sleep(0.3)
    return a + b
