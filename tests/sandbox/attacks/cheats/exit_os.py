# title: leaves by os._exit(0) as if all were well
# exam: add
# expect: exited
import os

def f(a, b):
    os._exit(0)
