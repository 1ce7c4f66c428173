# title: text that is not UTF-8
# exam: add
# expect: policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b's\2\0\0\0\xff\xfe')
    return None
