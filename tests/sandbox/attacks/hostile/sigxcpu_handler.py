# title: sigxcpu handler
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import signal
signal.signal(signal.SIGXCPU,lambda *a: None)
signal.signal(signal.SIGTERM,lambda *a: None)
def f(a,b):
    while True: pass
