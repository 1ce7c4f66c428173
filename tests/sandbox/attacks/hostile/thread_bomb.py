# title: starts threads without end
# exam: add
# expect: resource
import threading, time

def f(a, b):
    while True:
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
