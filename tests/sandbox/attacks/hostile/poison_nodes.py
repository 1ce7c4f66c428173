# title: many millions of parts
# exam: add
# expect: wall_time|result|memory
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'l' + struct.pack('<I', 9000000) + b'N' * 9000000)
    return None
