# title: an integer above the limit
# exam: add
# expect: wall_time|result
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'I' + struct.pack('<I', 1 << 22) + b'\1' * (1 << 22))
    return None
