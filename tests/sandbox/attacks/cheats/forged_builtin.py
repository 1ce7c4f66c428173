# title: sends a built-in function by hand
# exam: secret_asserts
# expect: policy|wrong
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


def f(n):
    os.write(4, frame(32, b"W" + bytes(4) + b"t\x02\0\0\0b\x09\0\0\0B\x04\0\0\0eval" + b"t\0\0\0\0"))
    return "nothing"
