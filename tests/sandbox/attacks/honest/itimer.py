# title: itimer
# exam: n_small
# expect: passed
import signal
def f(a,b):
    signal.setitimer(signal.ITIMER_REAL,10); signal.setitimer(signal.ITIMER_REAL,0); return a+b
