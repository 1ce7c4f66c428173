# title: exc str spin
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
class E(Exception):
    def __str__(s):
        while True: pass
def f(a,b): raise E
