# title: stops itself
# exam: add
# limits: case_wall_s=0.4
# expect: case_time
import os, signal

def f(a, b):
    os.kill(os.getpid(), signal.SIGSTOP)
