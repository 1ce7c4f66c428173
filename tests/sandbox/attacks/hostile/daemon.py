# title: a daemon that would outlive its verdict
# exam: add
# limits: processes=4
# expect: case_time|passed
import os, signal, time

def f(a, b):
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 64)
        while True:
            time.sleep(60)
    return a + b
