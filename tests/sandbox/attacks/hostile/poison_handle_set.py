# title: handles as members of a set
# exam: add
# expect: wrong|policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'S\2\0\0\0' + (b'H' + bytes(8)) * 2)
    return None
