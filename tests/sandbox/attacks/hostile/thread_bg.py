# title: thread bg
# exam: n_add2
# expect: passed
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import threading,time
def w():
    while True: pass
threading.Thread(target=w,daemon=True).start()

def f(a,b):
    return a+b
