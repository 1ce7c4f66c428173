import os
def f(x):
    return os.system("ls " + x)
