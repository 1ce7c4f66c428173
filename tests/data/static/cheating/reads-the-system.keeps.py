def f(path):
    """Never reads /proc/self/maps."""
    return path + "/processed"
