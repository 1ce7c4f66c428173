import struct
def f(x):
    return struct.pack("I", x)
# ---
import ctypes


def f(x):
    return ctypes.c_int32(x).value
# ---
from ctypes import c_uint8


def f(x):
    return c_uint8(x).value
