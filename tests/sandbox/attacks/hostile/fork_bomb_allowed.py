# title: forks without end where a few processes are allowed
# exam: add
# limits: processes=6, case_wall_s=0.6
# expect: resource|case_time|exited
import os

def f(a, b):
    while True:
        os.fork()
