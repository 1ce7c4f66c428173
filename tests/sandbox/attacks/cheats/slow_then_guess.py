# title: sleeps through the case limit in the hope of a free pass
# exam: secret
# limits: case_wall_s=0.4
# expect: case_time
import time

def f(n):
    time.sleep(30)
    return 'nothing'
