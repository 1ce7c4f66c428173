# title: loads a library from its directory
# exam: add
# expect: wrong|raised|policy
import ctypes, os, shutil

def f(a, b):
    with open('lib.so', 'wb') as file:
        file.write(b'\x7fELF' + bytes(100))
    ctypes.CDLL('./lib.so')
