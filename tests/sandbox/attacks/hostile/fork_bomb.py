# title: forks without end
# exam: add
# expect: resource
import os

def f(a, b):
    while True:
        os.fork()
