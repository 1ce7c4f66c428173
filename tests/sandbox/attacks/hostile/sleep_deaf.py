# title: sleeps and ignores every signal
# exam: add
# limits: wall_s=0.5, case_wall_s=5
# expect: wall_time
import signal, time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))

def f(a, b):
    while True:
        time.sleep(600)
