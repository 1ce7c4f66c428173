import subprocess
def f(name):
    subprocess.run(["cat", name], check=True)
# ---
import os
def f():
    return os.system("ls")
