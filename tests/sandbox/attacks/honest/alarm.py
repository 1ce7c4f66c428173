# title: alarm
# exam: n_small
# expect: passed
import signal
def f(a,b):
    signal.signal(signal.SIGALRM,lambda *_: None); signal.alarm(1); signal.alarm(0); return a+b
