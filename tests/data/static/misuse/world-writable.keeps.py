import os
def f(path):
    os.chmod(path, 0o755)
