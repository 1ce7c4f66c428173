import ctypes
def f(x):
    return ctypes.string_at(id(x), 8)
# ---
from ctypes import pythonapi
