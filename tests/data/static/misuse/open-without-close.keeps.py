def f(path):
    with open(path) as file:
        return file.read()
# ---
def f(path):
    file = open(path)
    try:
        return file.read()
    finally:
        file.close()
# ---
def f(path):
    file = open(path)
    return file
