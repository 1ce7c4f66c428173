# title: signals the first process of the cell
# exam: add
# expect: policy
import os

def f(a, b):
    os.kill(1, 15)
