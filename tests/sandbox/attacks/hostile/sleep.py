# title: sleeps
# exam: add
# limits: case_wall_s=0.4
# expect: case_time
import time

def f(a, b):
    time.sleep(600)
