import struct
def f(x):
    return struct.pack("I", x)
