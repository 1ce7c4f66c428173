# title: kills itself where the test forgives every exception
# exam: forgiving
# expect: signalled
import os, signal

def f(x):
    os.kill(os.getpid(), signal.SIGKILL)
