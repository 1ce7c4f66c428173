# title: a thread answers the test's questions
# exam: secret_asserts
# expect: policy|wrong|exited
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


import threading

def flood():
    while True:
        os.write(4, frame(32, b"W" + bytes(4) + b"t\x02\0\0\0b\x01\0\0\0Tt\0\0\0\0"))

threading.Thread(target=flood, daemon=True).start()

def f(n):
    return True
