# title: links a file of the system into its directory
# exam: add
# expect: policy|raised
import os

def f(a, b):
    os.link(os.__file__, 'mine')
    return a + b
