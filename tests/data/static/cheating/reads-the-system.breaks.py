def f(x):
    with open("/proc/self/maps") as file:
        return file.read()
