# title: a timeout by its own alarm
# exam: add
# expect: passed
import signal

def f(a, b):
    signal.signal(signal.SIGALRM, lambda *args: None)
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        return a + b
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
