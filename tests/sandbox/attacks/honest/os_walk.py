# title: os walk
# exam: n_small
# expect: passed
import os
def f(a,b):
    list(os.walk(".")); os.listdir(); return a+b
