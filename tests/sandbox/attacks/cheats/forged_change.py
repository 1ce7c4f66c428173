# title: claims changes to arguments that do not exist
# exam: sort_in_place
# expect: policy|wrong
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


def f(values):
    body = b"t\x02\0\0\0b\x01\0\0\0Nt\x01\0\0\0t\x02\0\0\0i\x07\0\0\0\0\0\0\0b\x05\0\0\0t\0\0\0\0"
    os.write(4, frame(32, b"W" + bytes(4) + body))
