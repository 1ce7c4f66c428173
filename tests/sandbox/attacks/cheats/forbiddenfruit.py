# title: forbiddenfruit
# exam: secret_asserts
# expect: wrong
import ctypes
def f(x):
    # make str.__eq__ always true in this process
    class T(ctypes.Structure): pass
    addr=id(str)+8*25
    return "x"
