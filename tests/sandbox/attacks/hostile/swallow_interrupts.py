# title: catches everything for ever
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time
def f(a, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
