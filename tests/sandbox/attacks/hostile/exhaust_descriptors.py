# title: opens descriptors without end
# exam: add
# expect: resource
import os

def f(a, b):
    while True:
        os.pipe()
