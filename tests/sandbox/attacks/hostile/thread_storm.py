# title: keeps every processor busy with threads
# exam: add
# limits: cpu_s=0.4
# expect: cpu_time|case_time
import threading

def spin():
    while True:
        pass

def f(a, b):
    for _ in range(8):
        threading.Thread(target=spin, daemon=True).start()
    spin()
