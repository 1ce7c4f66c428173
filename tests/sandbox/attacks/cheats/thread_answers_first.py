# title: a thread writes answers before the calls come
# exam: secret
# expect: policy|wrong|exited
import os, struct

def frame(kind, payload):
    return struct.pack('!IB', len(payload), kind) + payload


import threading

def flood():
    while True:
        os.write(4, frame(32, b"V" + bytes(4) + b"s\x07\0\0\0nothing"))

threading.Thread(target=flood, daemon=True).start()

def f(n):
    return "nothing"
