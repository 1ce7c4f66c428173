import os
def f(x):
    return os.path.join("ls", x)
