# title: a frame of a kind that does not exist
# exam: add
# expect: policy
import os

def f(a, b):
    os.write(4, b'\0\0\0\0\xee')
    return a + b
