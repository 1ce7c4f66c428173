# title: daemon
# exam: n_honest2_daemon
# expect: passed
import threading,time
def spin():
    while True: time.sleep(.1)
threading.Thread(target=spin,daemon=True).start()
print(input())
