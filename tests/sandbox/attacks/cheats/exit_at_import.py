# title: leaves while it is imported
# exam: add
# expect: exited
import os

os._exit(0)

def f(a, b):
    return None
