import subprocess
def f(x):
    return subprocess.call(["ls", x])
