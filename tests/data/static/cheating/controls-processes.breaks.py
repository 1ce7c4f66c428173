import os
def f():
    return os.fork()
# ---
import os, signal
def f():
    os.kill(os.getppid(), signal.SIGKILL)
