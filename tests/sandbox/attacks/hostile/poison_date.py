# title: a date that does not exist
# exam: add
# expect: policy
import os, struct

def send(value):
    body = b"V" + bytes(4) + value
    data = memoryview(struct.pack("!IB", len(body), 32) + body)
    while data:
        data = data[os.write(4, data[:1 << 20]):]

def f(*args):
    send(b'a' + b''.join(b'i' + struct.pack('<q', x) for x in (2024, 2, 31)))
    return None
