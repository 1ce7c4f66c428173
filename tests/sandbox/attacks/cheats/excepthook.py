# title: installs hooks for exceptions that were not caught
# exam: secret
# expect: raised|exited|wrong
import os, sys, threading

sys.excepthook = lambda *details: os._exit(0)
sys.unraisablehook = lambda *details: os._exit(0)
threading.excepthook = lambda *details: os._exit(0)

def f(n):
    raise ValueError("hooked")
