# title: leaves where the test forgives every exception
# exam: forgiving
# expect: exited
import os

def f(x):
    os._exit(0)
