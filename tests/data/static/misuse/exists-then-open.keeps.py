import os
def f(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""
# ---
import os
def f(path, other):
    if os.path.exists(path):
        with open(other) as file:
            return file.read()
    return ""
