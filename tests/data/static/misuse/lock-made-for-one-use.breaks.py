import threading
def f(counter):
    with threading.Lock():
        counter["n"] += 1
