# title: random bytes on the channel
# exam: add
# expect: policy|result|exited
import os

def f(a, b):
    os.write(4, os.urandom(60000))
    os._exit(0)
