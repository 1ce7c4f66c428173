# title: waits for itself
# exam: add
# limits: case_wall_s=0.4
# expect: case_time
import threading

def f(a, b):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
