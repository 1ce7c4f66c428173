# title: millions of objects that take much memory for few bytes
# exam: add
# expect: wall_time|result
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'l' + struct.pack('<I', 900000) + b'q\1\0\0\0N' * 900000)
    return None
