# title: threads, a lock and an event
# exam: add
# expect: passed
import threading

def f(a, b):
    total, lock, go = [0], threading.Lock(), threading.Event()
    def add(value):
        go.wait()
        with lock:
            total[0] += value
    threads = [threading.Thread(target=add, args=(value,)) for value in (a, b)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    return total[0]
