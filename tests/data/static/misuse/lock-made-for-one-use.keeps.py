import threading
lock = threading.Lock()
def f(counter):
    with lock:
        counter["n"] += 1
