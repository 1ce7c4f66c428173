# title: handles every signal and carries on with alarms
# exam: secret
# expect: wrong|exited|policy|case_time|signalled
import signal

def quiet(number, frame):
    raise SystemExit(0)

for number in range(1, 65):
    try:
        signal.signal(number, quiet)
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)

def f(n):
    return "nothing"
