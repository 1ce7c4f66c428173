# title: an integer without end
# exam: add
# limits: cpu_s=0.4
# expect: case_time|cpu_time|memory|raised
def f(a, b):
    n = 2
    while True:
        n = n * n
