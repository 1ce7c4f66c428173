# title: directories inside each other
# exam: add
# expect: wall_time|passed|resource|raised
import os

def f(a, b):
    for _ in range(1500):
        os.mkdir('d')
        os.chdir('d')
    return a + b
