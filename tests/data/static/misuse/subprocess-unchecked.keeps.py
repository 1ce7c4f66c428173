import subprocess
def f():
    subprocess.run(["ls"], check=True)
# ---
import subprocess
def f():
    done = subprocess.run(["ls"], capture_output=True)
    return done.stdout if done.returncode == 0 else b""
# ---
import subprocess
def f():
    return subprocess.call(["ls"])
