# title: runs a program from a file in its directory
# exam: add
# expect: policy|wrong
import ctypes, os

def f(a, b):
    with open('prog', 'wb') as file:
        file.write(b'#!/bin/sh\nid\n')
    os.chmod('prog', 0o777)
    os.execv('./prog', ['prog'])
