# title: thread spin
# exam: n_add2
# expect: cpu_time|wall_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import threading
def w():
    while True: pass
[threading.Thread(target=w,daemon=True).start() for _ in range(25)]
import time
def f(a,b):
    time.sleep(30)
