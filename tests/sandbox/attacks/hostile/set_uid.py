# title: becomes another user
# exam: add
# expect: policy
import os

def f(a, b):
    os.setresuid(0, 0, 0)
