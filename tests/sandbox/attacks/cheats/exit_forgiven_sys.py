# title: sys.exit() where the test forgives every exception
# exam: forgiving
# expect: exited
import sys

def f(x):
    sys.exit(0)
