import threading
lock = threading.Lock()
def f(work):
    lock.acquire()
    work()
    lock.release()
# ---
import threading
lock = threading.Lock()
def f():
    lock.acquire()
    return 1
