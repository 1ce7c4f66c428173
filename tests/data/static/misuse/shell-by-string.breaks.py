import os
def f(name):
    return os.system("ls " + name)
# ---
import subprocess
def f(name):
    subprocess.run(f"cat {name}", shell=True, check=True)
