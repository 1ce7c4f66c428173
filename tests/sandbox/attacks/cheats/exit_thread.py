# title: a thread ends the process during the call
# exam: add
# expect: exited
import os, threading, time

def f(a, b):
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(5)
