# title: sends handles with the numbers of others
# exam: secret_asserts
# expect: policy|wrong
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


def f(n):
    os.write(4, frame(32, b"W" + bytes(4) + b"t\x02\0\0\0b\x0d\0\0\0H\xff\xff\xff\xff\x04\0\0\0evilt\0\0\0\0"))
    return "nothing"
