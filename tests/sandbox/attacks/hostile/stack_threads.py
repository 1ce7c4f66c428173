# title: threads with enormous stacks
# exam: add
# expect: resource|memory|raised|wrong
import threading, time

def f(a, b):
    threading.stack_size(1 << 29)
    for _ in range(9):
        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
