# title: sched affinity
# exam: n_small
# expect: passed
import os
def f(a,b):
    len(os.sched_getaffinity(0)); return a+b
