# title: closes its channel where the test forgives every exception
# exam: forgiving
# expect: exited
import os

def f(x):
    os.close(4)
    return 1
