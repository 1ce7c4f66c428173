import os
def f(path):
    os.chmod(path, 0o777)
# ---
import os
os.umask(0)
