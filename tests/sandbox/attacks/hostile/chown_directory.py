# title: changes the owner of its directory
# exam: add
# expect: policy
import os

def f(a, b):
    os.chown('.', 0, 0)
    return a + b
