# title: changes the mode of its directory
# exam: add
# expect: policy
import os

def f(a, b):
    os.chmod('.', 0)
    return a + b
