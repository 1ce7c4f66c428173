# title: sleeps while it is imported
# exam: add
# limits: wall_s=0.5
# expect: wall_time|case_time
import time

time.sleep(600)

def f(a, b):
    return a + b
