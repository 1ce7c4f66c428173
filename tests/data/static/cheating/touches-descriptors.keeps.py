import os
def f(fd):
    os.close(fd)
