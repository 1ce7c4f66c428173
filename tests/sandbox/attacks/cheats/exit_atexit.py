# title: answers from an exit function
# exam: secret
# expect: exited
import atexit, os, sys

@atexit.register
def late():
    os.write(1, b"passed")

def f(n):
    sys.exit(0)
