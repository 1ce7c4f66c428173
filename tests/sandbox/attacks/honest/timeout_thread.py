# title: a watchdog thread and a timer
# exam: add
# expect: passed
import threading, time

def f(a, b):
    timer = threading.Timer(30, lambda: None)
    timer.daemon = True
    timer.start()
    local = threading.local()
    local.value = a + b
    timer.cancel()
    return local.value
