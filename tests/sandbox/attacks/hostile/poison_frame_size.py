# title: a frame larger than any memory
# exam: add
# expect: result|policy
import os

def f(a, b):
    os.write(4, b'\xff\xff\xff\xff\x20')
    return a + b
