# title: daemons that fork anew as soon as one dies
# exam: add
# limits: processes=8, case_wall_s=0.6
# expect: resource|case_time|passed|exited|wrong
import os, time

def f(a, b):
    for _ in range(3):
        if os.fork() == 0:
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(0.001)
    return a + b
