def f(path):
    return open(path).read()
# ---
def f(path):
    file = open(path)
    text = file.read()
    return text.upper()
# ---
import json
def f(path):
    for line in open(path):
        print(line)
