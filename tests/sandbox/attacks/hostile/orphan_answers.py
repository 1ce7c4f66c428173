# title: the child answers after the parent has ended
# exam: add
# limits: processes=4
# expect: passed|exited
import os

def f(a, b):
    if os.fork():
        os._exit(0)
    return a + b
