# title: leaves by sys.exit()
# exam: add
# expect: exited
import sys

def f(a, b):
    sys.exit()
