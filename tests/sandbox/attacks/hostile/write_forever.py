# title: writes to descriptor 1 without end
# exam: add
# expect: output
import os

def f(a, b):
    while True:
        os.write(1, b'x' * 65536)
