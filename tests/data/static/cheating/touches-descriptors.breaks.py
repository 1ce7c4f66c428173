import os
def f():
    os.write(3, b"passed")
# ---
import os
os.dup2(1, 2)
