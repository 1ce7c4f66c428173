import threading
lock = threading.Lock()
def f(work):
    with lock:
        work()
# ---
import threading
lock = threading.Lock()
def f(work):
    lock.acquire()
    try:
        work()
    finally:
        lock.release()
# ---
import threading
lock = threading.Lock()
def f(work):
    if lock.acquire(blocking=False):
        work()
