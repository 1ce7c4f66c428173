# title: sig ignore
# exam: n_add2
# expect: cpu_time
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import signal
for s in range(1,65):
    try: signal.signal(s,signal.SIG_IGN)
    except Exception: pass
while True: pass
