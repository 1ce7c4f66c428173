# title: writes to stderr without end
# exam: add
# expect: output
import sys

def f(a, b):
    while True:
        print('x' * 1000, file=sys.stderr)
