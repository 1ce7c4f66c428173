# title: a million lists inside each other
# exam: add
# expect: wall_time|result|policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'l\1\0\0\0' * 1000000 + b'N')
    return None
