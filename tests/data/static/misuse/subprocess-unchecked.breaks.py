import subprocess
def f():
    subprocess.run(["ls"])
# ---
import os
def f():
    os.system("ls")
# ---
import subprocess
def f():
    done = subprocess.run(["ls"], capture_output=True)
    return done.stdout
