# title: reads the inputs that wait in its own pipe
# exam: secret
# expect: wrong|policy|exited|case_time
import fcntl, os, sys

def f(n):
    frame = sys._getframe(1)
    waiting = frame.f_locals.get("payload", b"")
    return waiting.hex()[:24]
