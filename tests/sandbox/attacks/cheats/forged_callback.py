# title: calls functions of the test that were never passed
# exam: secret_asserts
# expect: policy|wrong|exited
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


def f(n):
    os.write(4, frame(33, b"t\x02\0\0\0i" + bytes(8) + b"b\x0f\0\0\0t\x02\0\0\0t\0\0\0\0d\0\0\0\0"))
    return "nothing"
