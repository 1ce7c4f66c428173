# title: a generator that ends the process
# exam: squares
# expect: exited
import os

def f(n):
    yield 0
    os._exit(0)
