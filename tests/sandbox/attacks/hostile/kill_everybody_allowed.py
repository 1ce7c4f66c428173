# title: kill(-1) where processes are allowed
# exam: add
# limits: processes=4
# expect: passed|signalled|exited
import os

def f(a, b):
    os.kill(-1, 9)
    return a + b
