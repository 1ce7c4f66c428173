# title: a list that announces four thousand million items
# exam: add
# expect: policy|result
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'l\xff\xff\xff\xff' + b'N' * 100)
    return None
