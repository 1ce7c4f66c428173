# title: leaves its session and group
# exam: add
# expect: policy
import os

def f(a, b):
    os.setpgid(0, 0)
