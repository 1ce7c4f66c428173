import os
def f(path):
    if os.path.exists(path):
        with open(path) as file:
            return file.read()
    return ""
