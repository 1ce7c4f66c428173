# title: an iterator without end where a set is asked for
# exam: distinct
# limits: case_wall_s=0.8, cpu_s=0.8
# expect: memory|case_time|cpu_time
import itertools

def f(values):
    return itertools.count()
