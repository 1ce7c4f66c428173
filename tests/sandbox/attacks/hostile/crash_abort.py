# title: aborts
# exam: add
# expect: signalled
import os

def f(a, b):
    os.abort()
