# title: sets time stamps of what it may not own
# exam: add
# expect: policy|passed|raised
import os

def f(a, b):
    for path in ('/dev/null', '/dev/zero', '.', '/cell', '/'):
        os.utime(path)
    return a + b
