# title: returns an iterator without end
# exam: squares
# limits: case_wall_s=0.5, wall_s=1.5
# expect: case_time|wall_time|memory|wrong|result
import itertools

def f(n):
    return itertools.count()
