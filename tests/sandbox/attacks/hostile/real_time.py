# title: asks for real-time scheduling
# exam: add
# expect: policy
import os

def f(a, b):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
