# title: profiles every call and changes what is returned
# exam: add
# expect: wrong|raised
import sys, threading

def hook(frame, event, arg):
    if event == "call":
        frame.f_locals["expected"] = 0
    return hook

sys.setprofile(hook)
sys.settrace(hook)
threading.setprofile(hook)

def f(a, b):
    return 0
