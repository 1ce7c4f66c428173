# title: waits for a thread that never ends
# exam: add
# limits: case_wall_s=0.4
# expect: case_time
import threading, time

def f(a, b):
    thread = threading.Thread(target=time.sleep, args=(600,))
    thread.start()
    thread.join()
