# title: answers a call by hand with an alias to the arguments
# exam: secret_asserts
# expect: policy|wrong
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


def f(n):
    os.write(4, frame(32, b"W" + bytes(4) + b"t\x02\0\0\0b\x05\0\0\0@\0\0\0\0t\0\0\0\0"))
    return "nothing"
